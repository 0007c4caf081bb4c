namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>What a guardian may do for a patient. In the state: the numbers do not change.</summary>
[Flags]
public enum GuardianScopes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Read her records.</summary>
    Read = 1,

    /// <summary>Permit, forbid and take back.</summary>
    Permit = 2,

    /// <summary>Store records for her.</summary>
    Store = 4,

    /// <summary>Have records erased.</summary>
    Erase = 8,

    /// <summary>Everything.</summary>
    All = Read | Permit | Store | Erase,
}
