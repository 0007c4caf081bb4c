namespace MedChain.Core.Ledger.Accounts;

/// <summary>What a patient's permissions say to one request. In the state and in audit trails: the numbers do not change.</summary>
public enum DecisionOutcome
{
    /// <summary>A policy permits it and none forbids it.</summary>
    Permitted = 0,

    /// <summary>The requester is the patient herself.</summary>
    OwnRecord = 1,

    /// <summary>No policy permits it: the patient set none, or their conditions do not hold.</summary>
    NotPermitted = 2,

    /// <summary>A policy forbids it.</summary>
    Forbidden = 3,

    /// <summary>A forbid could not be evaluated; a broken forbid opens no door.</summary>
    FaultyForbid = 4,

    /// <summary>A policy would permit it, but its grant is revoked.</summary>
    Revoked = 5,

    /// <summary>The patient has no such record.</summary>
    NoSuchRecord = 6,
}

/// <summary>Groups outcomes.</summary>
public static class DecisionOutcomes
{
    /// <summary>Says whether keys may be released.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>Whether it is a permit of either kind.</returns>
    public static bool Releases(this DecisionOutcome outcome) => outcome is DecisionOutcome.Permitted or DecisionOutcome.OwnRecord;
}
