namespace MedChain.Core.Ledger.Accounts.Audit;

/// <summary>How much of what a decision opens was read. In the state and in audit trails: the numbers do not change.</summary>
public enum ReadingOutcome
{
    /// <summary>Everything.</summary>
    Complete = 0,

    /// <summary>Some records; others could not be read.</summary>
    Partial = 1,

    /// <summary>Nothing: shares or ciphertext were missing.</summary>
    Nothing = 2,
}
