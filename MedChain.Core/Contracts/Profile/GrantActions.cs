namespace MedChain.Core.Contracts.Profile;

/// <summary>What may be done with data: whether it is released, or only computed on.</summary>
[Flags]
public enum GrantActions
{
    /// <summary>Nothing; a rule that says nothing about it has what the rule around it has.</summary>
    None = 0,

    /// <summary>The data is released to the grantee.</summary>
    Read = 1,

    /// <summary>Computing tasks take the data in; the grantee gets a result alone.</summary>
    Compute = 2,
}
