namespace MedChain.Core.Ledger.Tasks;

/// <summary>Where a computing task stands. Every phase but the last two has a deadline in block time, after which anybody may move the task
/// on. In the state: the numbers do not change.</summary>
public enum TaskPhase
{
    /// <summary>Waits for the chain's reviewers, when it has any. Overdue, the task expires.</summary>
    Approving = 0,

    /// <summary>Waits for the keys of its executors. Overdue, it goes on without those that are missing, or expires when too few
    /// came.</summary>
    Announced = 1,

    /// <summary>Account chains say how many patients would permit it for the cohort assumed in this round. Overdue, it expires.</summary>
    Collecting = 2,

    /// <summary>Account chains decide for the cohort found, and consume uses. Overdue, it expires.</summary>
    Authorising = 3,

    /// <summary>All permits are committed: custodians may release keys, and executors compute. Overdue, silent executors are replaced;
    /// without others the task is aborted.</summary>
    Staged = 4,

    /// <summary>Enough executors agree on the result, which nobody else has yet; each account chain confirms that all permits still stand.
    /// Overdue, the task expires.</summary>
    Confirming = 5,

    /// <summary>The result may go to the researcher; one of the executors that agreed hands it over. Overdue, the task is
    /// aborted.</summary>
    Releasing = 6,

    /// <summary>The outcome is fixed; every executor that could get shares signs that it destroyed data and keys. Overdue, the record names
    /// who did not.</summary>
    Deleting = 7,

    /// <summary>The task's record goes to every account chain. Overdue, it is <see cref="Overdue"/>.</summary>
    Recording = 8,

    /// <summary>An account chain has not acknowledged the record for long. It still may, and then the task is closed.</summary>
    Overdue = 9,

    /// <summary>Every account chain has acknowledged the record.</summary>
    Closed = 10,
}
