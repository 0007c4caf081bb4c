namespace MedChain.Core.Tests.Simulation;

/// <summary>What a run must keep. The name is what a failing run prints, and what a negative control asserts.</summary>
internal enum Invariant
{
    /// <summary>No two validators decide differently for a slot.</summary>
    OneDecisionPerSlot,

    /// <summary>All validators store the same header at a height.</summary>
    OneHeaderPerHeight,

    /// <summary>Honest state machines have the same root after the same block.</summary>
    SameState,

    /// <summary>Each header names the one before, and block time rises.</summary>
    HashChain,

    /// <summary>A stored seal certificate is a quorum's over the block's header.</summary>
    SealsVerify,

    /// <summary>Heights are stored one after another.</summary>
    ContiguousHeights,

    /// <summary>No honest key signs two statements that exclude each other.</summary>
    OneStatementPerKey,

    /// <summary>An epoch has one set of validators, and the headers of its blocks name it.</summary>
    OneSetPerEpoch,

    /// <summary>Nobody votes on a slot, or decides it, in an epoch that ends below it or begins above it.</summary>
    SlotsStayInEpochs,

    /// <summary>Whoever enters an epoch holds the handoffs that lead to it from the genesis, each sealed by a quorum of its
    /// epoch.</summary>
    HandoffsVerify,

    /// <summary>A vote is in its sender's log before anybody sees it.</summary>
    VotesAreLogged,

    /// <summary>At least f + 1 honest validators hold the bodies of a stored block on disk.</summary>
    BodiesAreHeld,

    /// <summary>Every transaction is executed at most once.</summary>
    ExecutedOnce,

    /// <summary>What a quorum sealed stays, at every validator that recovers.</summary>
    AcknowledgedStays,

    /// <summary>A machine made from the log and the store is where the live one was.</summary>
    LogReplays,

    /// <summary>Nothing that peers can fill grows over its limit.</summary>
    BuffersAreBounded,

    /// <summary>Evidence names no honest validator.</summary>
    HonestNeverAccused,

    /// <summary>No honest validator stops for good, and no step throws.</summary>
    HonestNeverStops,

    /// <summary>What an honest validator sends can be read and verified by others.</summary>
    HonestMessagesVerify,

    /// <summary>After healing, the lowest slot is decided and stored at all validators that can follow.</summary>
    LowestSlotAdvances,

    /// <summary>After healing, every valid transaction that reached an honest validator is delivered.</summary>
    ValidIsDelivered,

    /// <summary>After healing, every misconduct of which an honest validator has evidence is recorded by the ledger, at all.</summary>
    EvidenceIsRecorded,

    /// <summary>After healing, views stop growing.</summary>
    ViewsSettle,

    /// <summary>When all is delivered, nobody honest sends more than what tells the others where it is, and answers.</summary>
    IdleIsQuiet,

    /// <summary>After healing, every honest validator has all blocks and the seal of the last, in the same epoch.</summary>
    LaggardsCatchUp,

    /// <summary>After healing, the validators can be changed again, and all follow into the next epoch.</summary>
    ValidatorsChange,
}
