using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Contracts;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>What became of a transaction.</summary>
public enum ReceiptStatus
{
    /// <summary>It was applied.</summary>
    Applied,

    /// <summary>It was in order but a rule refused it; the state did not change but for the nonce, which is spent when the sender has an
    /// account.</summary>
    Refused,

    /// <summary>Its nonce was used before; nothing changed.</summary>
    Duplicate,

    /// <summary>It could not be read, was signed by another key than the account's, or came too late; nothing changed.</summary>
    Invalid,
}

/// <summary>What an applied transaction did that someone may look for.</summary>
internal enum LedgerEventKind
{
    AccountRegistered,
    ChainAnchored,
    RecordStored,
    GrantSet,
    GrantRevoked,
    AccessPermitted,
    AccessDenied,
    KeysReleased,
    TaskPlanned,
    TaskAuthorised,
    OperationRecorded,
    TaskChanged,
    MisconductRecorded,
    ValidatorsProposed,
    ValidatorsChosen,
    AnchorAdvanced,
    RecordAccepted,
    RecordRejected,
    ContractDeployed,
    ContractCalled,
    ErasureOrdered,
    RecordErased,
    HoldSet,
    HoldLifted,
    CustodyMisconductRecorded,
    ResharingAdvanced,
    RecordReshared,
    GlassBroken = 60,
    EmergencyReviewed = 61,
    AccountSuspended = 62,
    AccountReinstated = 63,
    GuardianAppointed = 64,
    GuardianshipEnded = 65,
    MajoritySet = 66,
    ConsentRequired = 67,
    ConsentChanged = 68,
    DirectiveSet = 69,
    GrantReplaced = 75,
    GrantDelegated = 76,
    PermissionsRevoked = 77,
    TaskConfirmed = 80,
    TaskWithdrawn = 81,
    AccessAcknowledged = 85,
    TrailRead = 86,
    TrailRefused = 87,
    DeathAttested = 90,
    DeathWithdrawn = 91,
    RecoverySet = 92,
    RecoverySupported = 93,
    RecoveryBegun = 94,
    RecoveryVetoed = 95,
    KeyReplaced = 96,
}

/// <summary>One event: its kind, the account it concerns (zero for none) and what it is about. A task's event on an account chain refers to
/// the decisions (<see cref="Accounts.TaskDecisions"/>) that were valid then, for a later round makes new ones.</summary>
internal readonly record struct LedgerEvent(LedgerEventKind Kind, AccountId Subject, Digest Reference) : ICanonical<LedgerEvent>
{
    void ICanonical<LedgerEvent>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write((long)Kind);
        writer.Write(Subject);
        writer.Write(Reference);
    }

    static LedgerEvent ICanonical<LedgerEvent>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        var kind = (LedgerEventKind)reader.ReadInt32(0, byte.MaxValue);
        return Enum.IsDefined(kind)
            ? new LedgerEvent(kind, reader.ReadAccountId(), reader.ReadDigest())
            : throw new MalformedDataException($"There is no event of kind {(int)kind}.");
    }
}

/// <summary>Outcome of one transaction, under the block's receipts root.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Reason">Why it was not applied; empty when it was.</param>
/// <param name="Events">What it did.</param>
internal sealed record Receipt(ReceiptStatus Status, string Reason, ImmutableArray<LedgerEvent> Events) : ICanonical<Receipt>
{
    private const int MaxReason = 1_024;
    private const int MaxEvents = 64;

    /// <summary>Gets what a call of a contract cost and gave; <see langword="null"/> when no contract was executed.</summary>
    public ContractReport? Call { get; init; }

    public static Receipt NotApplied(ReceiptStatus status, string reason) => new(status, Shorten(reason), []);

    void ICanonical<Receipt>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write((long)Status);
        writer.Write(Reason);
        writer.WriteList(Events);
        writer.WriteOptional(Call);
    }

    static Receipt ICanonical<Receipt>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new Receipt(
            (ReceiptStatus)reader.ReadInt32(0, (int)ReceiptStatus.Invalid),
            reader.ReadString(MaxReason),
            [.. reader.ReadList<LedgerEvent>(MaxEvents)])
        {
            Call = reader.ReadOptional<ContractReport>(),
        };
    }

    /// <summary>The beginning of a text, whole characters only: contracts write texts too.</summary>
    private static string Shorten(string reason)
    {
        int length = Math.Min(reason.Length, MaxReason / 4);
        return length < reason.Length && char.IsHighSurrogate(reason[length - 1]) ? reason[..(length - 1)] : reason[..length];
    }
}
