namespace MedChain.Core.Ledger.Accounts.BreakGlass;

/// <summary>What is said about an emergency access. In the state: the numbers do not change.</summary>
public enum EmergencyStatus
{
    /// <summary>Nobody has reviewed it yet.</summary>
    Unreviewed = 0,

    /// <summary>It was right to break the glass.</summary>
    Justified = 1,

    /// <summary>It was not: the actor is suspended until the administrator reinstates her.</summary>
    NotJustified = 2,
}
