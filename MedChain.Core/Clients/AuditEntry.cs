using MedChain.Core.Ledger;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>What happened to a patient's data.</summary>
public enum AuditKind
{
    /// <summary>Her account was registered.</summary>
    AccountRegistered,

    /// <summary>She stored a record.</summary>
    RecordStored,

    /// <summary>A quorum of custodians keeps the key of her record: it can be asked for.</summary>
    RecordAccepted,

    /// <summary>A custodian showed that the share dealt to it was wrong: the record cannot be used.</summary>
    RecordRejected,

    /// <summary>The erasure of some of her records was ordered.</summary>
    ErasureOrdered,

    /// <summary>A quorum of custodians signed that their shares of her record's key are destroyed.</summary>
    RecordErased,

    /// <summary>The shares of her record's key were replaced by new ones, or moved to other validators.</summary>
    RecordReshared,

    /// <summary>An organisation keeps records of hers from being erased.</summary>
    HoldSet,

    /// <summary>An organisation no longer does.</summary>
    HoldLifted,

    /// <summary>A custodian of her record was proved to have lied.</summary>
    CustodyMisconduct,

    /// <summary>She set a permission.</summary>
    GrantSet,

    /// <summary>She took a permission back.</summary>
    GrantRevoked,

    /// <summary>A permission got a new version.</summary>
    GrantReplaced,

    /// <summary>Somebody passes on what one of her permissions allows.</summary>
    GrantDelegated,

    /// <summary>Permissions were taken back, for a reason: one, all of a policy, of a grantee, or everything.</summary>
    PermissionsRevoked,

    /// <summary>Somebody asked for her records and was permitted.</summary>
    AccessPermitted,

    /// <summary>Somebody asked for her records and was refused.</summary>
    AccessDenied,

    /// <summary>Somebody broke the glass: her records were opened in an emergency, and the access waits for review.</summary>
    EmergencyAccess,

    /// <summary>An emergency access was reviewed.</summary>
    EmergencyReviewed,

    /// <summary>Her account was suspended.</summary>
    AccountSuspended,

    /// <summary>The suspension of her account ended.</summary>
    AccountReinstated,

    /// <summary>A guardian may act for her.</summary>
    GuardianAppointed,

    /// <summary>A guardianship ended before its time.</summary>
    GuardianshipEnded,

    /// <summary>The day on which she comes of age was set or brought forward.</summary>
    MajoritySet,

    /// <summary>A grant, or all later ones, need the consent of others; or that is to change.</summary>
    ConsentRequired,

    /// <summary>A co-consenter consented or took it back, or she confirmed what her guardian permitted.</summary>
    ConsentChanged,

    /// <summary>She said what is to be after her death.</summary>
    DirectiveSet,

    /// <summary>A registrar attested her death.</summary>
    DeathAttested,

    /// <summary>A registrar said that the attestation of her death was wrong.</summary>
    DeathWithdrawn,

    /// <summary>She named who helps when she loses her keys.</summary>
    RecoverySet,

    /// <summary>A guardian said that she has lost her keys and has new ones.</summary>
    RecoverySupported,

    /// <summary>Enough guardians said so: the new keys take over after a delay in which the old key can veto.</summary>
    RecoveryBegun,

    /// <summary>The recovery of her keys was vetoed.</summary>
    RecoveryVetoed,

    /// <summary>New keys took over her account.</summary>
    KeyReplaced,

    /// <summary>A computing task was decided for her: with her data or without.</summary>
    TaskDecided,

    /// <summary>A computing task that was decided for her has ended.</summary>
    TaskRecorded,

    /// <summary>Custodians released their shares of her records' keys for a permitted access.</summary>
    KeysReleased,

    /// <summary>Who read her records committed to what was returned: the receipt of a permitted access.</summary>
    AccessAcknowledged,

    /// <summary>Somebody read this audit trail.</summary>
    TrailRead,

    /// <summary>Somebody tried to read this audit trail, and may not.</summary>
    TrailRefused,
}

/// <summary>One line of a patient's audit trail.</summary>
/// <param name="Height">The block that holds it.</param>
/// <param name="Time">Block time.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Actor">Who did it: an account of this chain, or of the transaction chain for a researcher.</param>
/// <param name="Reference">The record, grant, request or task.</param>
/// <param name="Detail">The rest, in words.</param>
/// <param name="Proof">That the transaction and its receipt are on the chain; <see langword="null"/> while the block is not yet
/// sealed.</param>
public sealed record AuditEntry(
    BlockHeight Height, DateTimeOffset Time, AuditKind Kind, AccountId Actor, Digest Reference, string Detail, ChainProof? Proof);
