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

    /// <summary>The requester's or the patient's account is suspended.</summary>
    Suspended = 7,

    /// <summary>An earlier emergency access of the requester still waits for review.</summary>
    ReviewPending = 8,

    /// <summary>A policy would permit it, but its grant is not in force: co-consent is missing, or the patient came of age and has not
    /// confirmed it.</summary>
    NotInForce = 9,

    /// <summary>The patient has died, and her directive does not keep this open.</summary>
    Deceased = 10,

    /// <summary>The requester is a guardian of the patient who may read for her.</summary>
    Guardian = 11,
}

/// <summary>Groups outcomes.</summary>
public static class DecisionOutcomes
{
    /// <summary>The highest number.</summary>
    internal const DecisionOutcome Last = DecisionOutcome.Guardian;

    /// <summary>Says whether keys may be released.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>Whether it is a permit of any kind.</returns>
    public static bool Releases(this DecisionOutcome outcome) =>
        outcome is DecisionOutcome.Permitted or DecisionOutcome.OwnRecord or DecisionOutcome.Guardian;
}
