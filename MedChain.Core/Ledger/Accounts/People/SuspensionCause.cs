namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>Why an account is suspended, as the state says it. In the state: the numbers do not change.</summary>
internal enum SuspensionCause
{
    /// <summary>It is not, unless a review is overdue.</summary>
    None = 0,

    /// <summary>The administrator suspended it.</summary>
    Administrator = 1,

    /// <summary>An emergency access was found to be not justified.</summary>
    NotJustified = 2,
}
