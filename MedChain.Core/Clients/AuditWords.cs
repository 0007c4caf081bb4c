using MedChain.Core.Ledger;

namespace MedChain.Core.Clients;

/// <summary>Which events of the ledger belong into a patient's audit trail, and what they are called there.</summary>
internal static class AuditWords
{
    /// <summary>An event's kind and words; <see langword="null"/> for one that is no line of a trail.</summary>
    public static (AuditKind Kind, string Text)? Of(LedgerEventKind happened) => happened switch
    {
        LedgerEventKind.AccountRegistered => (AuditKind.AccountRegistered, "account registered"),
        LedgerEventKind.RecordStored => (AuditKind.RecordStored, "record stored"),
        LedgerEventKind.RecordAccepted => (AuditKind.RecordAccepted, "record accepted by its custodians"),
        LedgerEventKind.RecordRejected => (AuditKind.RecordRejected, "record rejected: a share was wrong"),
        LedgerEventKind.ErasureOrdered => (AuditKind.ErasureOrdered, "erasure ordered"),
        LedgerEventKind.RecordErased => (AuditKind.RecordErased, "record erased: a quorum of custodians confirmed"),
        LedgerEventKind.RecordReshared => (AuditKind.RecordReshared, "shares of the record's key replaced"),
        LedgerEventKind.HoldSet => (AuditKind.HoldSet, "legal hold set"),
        LedgerEventKind.HoldLifted => (AuditKind.HoldLifted, "legal hold lifted"),
        LedgerEventKind.CustodyMisconductRecorded => (AuditKind.CustodyMisconduct, "a custodian was proved to have lied"),
        LedgerEventKind.GrantSet => (AuditKind.GrantSet, "permission set"),
        LedgerEventKind.GrantRevoked => (AuditKind.GrantRevoked, "permission revoked"),
        LedgerEventKind.GrantReplaced => (AuditKind.GrantReplaced, "permission replaced by a new version"),
        LedgerEventKind.GrantDelegated => (AuditKind.GrantDelegated, "permission passed on"),
        LedgerEventKind.PermissionsRevoked => (AuditKind.PermissionsRevoked, "permissions revoked"),
        LedgerEventKind.AccessPermitted => (AuditKind.AccessPermitted, "access permitted"),
        LedgerEventKind.AccessDenied => (AuditKind.AccessDenied, "access denied"),
        LedgerEventKind.GlassBroken => (AuditKind.EmergencyAccess, "glass broken: an emergency access waits for review"),
        LedgerEventKind.EmergencyReviewed => (AuditKind.EmergencyReviewed, "emergency access reviewed"),
        LedgerEventKind.AccountSuspended => (AuditKind.AccountSuspended, "account suspended"),
        LedgerEventKind.AccountReinstated => (AuditKind.AccountReinstated, "account reinstated"),
        LedgerEventKind.KeysReleased => (AuditKind.KeysReleased, "custodians released their shares of the keys"),
        LedgerEventKind.TrailRead => (AuditKind.TrailRead, "audit trail read"),
        LedgerEventKind.TrailRefused => (AuditKind.TrailRefused, "reading of the audit trail refused"),
        LedgerEventKind.AccessAcknowledged => (AuditKind.AccessAcknowledged, "access receipt"),
        LedgerEventKind.GuardianAppointed => (AuditKind.GuardianAppointed, "guardian appointed"),
        LedgerEventKind.GuardianshipEnded => (AuditKind.GuardianshipEnded, "guardianship ended"),
        LedgerEventKind.MajoritySet => (AuditKind.MajoritySet, "day of majority set"),
        LedgerEventKind.ConsentRequired => (AuditKind.ConsentRequired, "co-consent required or changed"),
        LedgerEventKind.ConsentChanged => (AuditKind.ConsentChanged, "consent given, confirmed or taken back"),
        LedgerEventKind.DirectiveSet => (AuditKind.DirectiveSet, "directive for after death set"),
        LedgerEventKind.DeathAttested => (AuditKind.DeathAttested, "death attested"),
        LedgerEventKind.DeathWithdrawn => (AuditKind.DeathWithdrawn, "attestation of death withdrawn"),
        LedgerEventKind.RecoverySet => (AuditKind.RecoverySet, "recovery rule set"),
        LedgerEventKind.RecoverySupported => (AuditKind.RecoverySupported, "a guardian supports other keys"),
        LedgerEventKind.RecoveryBegun => (AuditKind.RecoveryBegun, "recovery under way: the present key can veto"),
        LedgerEventKind.RecoveryVetoed => (AuditKind.RecoveryVetoed, "recovery vetoed"),
        LedgerEventKind.KeyReplaced => (AuditKind.KeyReplaced, "keys replaced: the recovery is over"),
        LedgerEventKind.TaskAuthorised => (AuditKind.TaskDecided, "task decided"),
        LedgerEventKind.OperationRecorded => (AuditKind.TaskRecorded, "task ended"),
        _ => null,
    };
}
