namespace MedChain.Core.Ledger;

/// <summary>What an account's holder is.</summary>
public enum AccountKind
{
    /// <summary>Owns records and sets permissions for them.</summary>
    Patient,

    /// <summary>Treats patients of one institution.</summary>
    Practitioner,

    /// <summary>An institution; the administrator of a chain is one.</summary>
    Organisation,

    /// <summary>Submits computing tasks.</summary>
    Researcher,
}
