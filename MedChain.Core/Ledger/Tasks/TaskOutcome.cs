namespace MedChain.Core.Ledger.Tasks;

/// <summary>How a task ended. In the state: the numbers do not change.</summary>
public enum TaskOutcome
{
    /// <summary>Not yet.</summary>
    Undecided = 0,

    /// <summary>The result is with the researcher.</summary>
    Released = 1,

    /// <summary>Too few patients permit it; nothing was computed.</summary>
    InsufficientCohort = 2,

    /// <summary>Too few executors were left that agree, for instance because they restarted and their keys were gone.</summary>
    Aborted = 3,

    /// <summary>A deadline passed before the result was released.</summary>
    Expired = 4,

    /// <summary>A result was computed or begun, and is not released: patients left and the cohort became too small, or every figure is
    /// about too few.</summary>
    Withheld = 5,

    /// <summary>Reviewers rejected it; no account chain was asked.</summary>
    Rejected = 6,
}
