namespace MedChain.Core.Ledger.Tasks;

/// <summary>Where a computing task stands. In the state: the numbers do not change.</summary>
public enum TaskPhase
{
    /// <summary>Waits for the keys of its executors.</summary>
    Proposed = 0,

    /// <summary>Account chains say how many patients would permit it for the cohort assumed in this round.</summary>
    Collecting = 1,

    /// <summary>Account chains decide for the cohort found, and consume uses.</summary>
    Authorising = 2,

    /// <summary>All permits are committed: custodians may release keys to the executors.</summary>
    Staged = 3,

    /// <summary>Enough executors agree on the result; the others' erasures are awaited.</summary>
    Computed = 4,

    /// <summary>The outcome is fixed; its record goes to every account chain.</summary>
    Recording = 5,

    /// <summary>Every account chain has acknowledged the record.</summary>
    Closed = 6,
}

/// <summary>How a task ended. In the state: the numbers do not change.</summary>
public enum TaskOutcome
{
    /// <summary>Not yet.</summary>
    Undecided = 0,

    /// <summary>The result is with the researcher, data and keys are erased.</summary>
    Released = 1,

    /// <summary>Too few patients permit it.</summary>
    InsufficientCohort = 2,

    /// <summary>An executor gave up, for instance because it restarted and its keys were gone.</summary>
    Aborted = 3,

    /// <summary>Its deadline passed.</summary>
    Expired = 4,
}
