using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>What a transaction's attachment says, in words and in parts.</summary>
internal sealed record AuditOpening(string Words, AuditFacts Facts)
{
    /// <summary>The attachment that explains a command; zero for none.</summary>
    public static Digest CommitmentOf(Command command) => command switch
    {
        StoreRecord record => record.Manifest,
        SetGrant grant => grant.Policy,
        ReplaceGrant grant => grant.Policy,
        DelegateGrant grant => grant.Policy,
        RevokePermissions revocation => revocation.Document,
        RequestAccess request => request.Details,
        RequestEmergencyAccess request => request.Details,
        ReviewEmergency review => review.Finding,
        SuspendAccount suspend => suspend.Reason,
        ReinstateAccount reinstate => reinstate.Reason,
        AttestDeath death => death.Evidence,
        AcknowledgeAccess receipt => receipt.Details,
        ReadTrail reading => reading.Details,
        _ => default,
    };

    /// <summary>An opened attachment; <see langword="null"/> for one that is malformed.</summary>
    public static AuditOpening? Read(Command command, ReadOnlyMemory<byte> content) => command switch
    {
        StoreRecord store when Canonical.TryDecode(content, out RecordManifest? manifest, out _) => new(
            manifest.Description.Category
                + (manifest.Description.Labels.IsEmpty ? "" : $" [{string.Join(' ', manifest.Description.Labels)}]")
                + (store.Previous.IsZero ? "" : $", a new version of {store.Previous}"),
            AuditFacts.None with { Category = manifest.Description.Category }),
        SetGrant or ReplaceGrant or DelegateGrant when Canonical.TryDecode(content, out PolicyDocument? policy, out _) =>
            new(PermissionWords.Of(policy), AuditFacts.None),
        RevokePermissions when Canonical.TryDecode(content, out RevocationDocument? revocation, out _) =>
            new(PermissionWords.Of(revocation), AuditFacts.None),
        RequestAccess or RequestEmergencyAccess when Canonical.TryDecode(content, out AccessDetails? details, out _) => Of(details),
        ReviewEmergency review when Canonical.TryDecode(content, out Note? note, out _) =>
            new($"{(review.Justified ? "justified" : "not justified")} ({note.Text})", AuditFacts.None),
        SuspendAccount or ReinstateAccount or AttestDeath when Canonical.TryDecode(content, out Note? note, out _) =>
            new(note.Text, AuditFacts.None),
        AcknowledgeAccess receipt when Canonical.TryDecode(content, out AccessReceiptDetails? details, out _) => Of(receipt, details),
        ReadTrail when Canonical.TryDecode(content, out TrailReadingDetails? details, out _) => Of(details),
        _ => null,
    };

    /// <summary>What an erasure is of.</summary>
    public static string Describe(ErasureScope scope) => scope.Kind switch
    {
        ErasureKind.Records => $"record {string.Join(", ", scope.Records)}",
        ErasureKind.Class => string.Join(", ", new[] { scope.Category, scope.Label }.Where(part => part.Length > 0)),
        _ => "the account",
    };

    private static AuditOpening Of(AccessDetails details) => new(
        $"{details.Action} {details.Wanted} for {details.Purpose}"
            + (details.Justification.Length > 0 ? $" ({details.Justification})" : "")
            + $" with {details.By.Software}",
        Of(details.By) with
        {
            Action = details.Action,
            Purpose = details.Purpose,
            Category = details.Category,
            Justification = details.Justification,
        });

    private static AuditOpening Of(AcknowledgeAccess receipt, AccessReceiptDetails details) => new(
        $"{details.Records.Length} records of up to {1L << receipt.SizeBucket} KiB together ({receipt.Outcome}), "
            + $"shares of {details.Releases.Length} custodians, with {details.By.Software}",
        Of(details.By) with
        {
            Reading = receipt.Outcome,
            Records = [.. details.Records.Select(r => r.Record)],
            Custodians = [.. details.Releases.Select(r => r.Custodian)],
        });

    private static AuditOpening Of(TrailReadingDetails details) => new(
        $"{(details.IsExport ? "into a file " : "")}for {details.Purpose}"
            + (details.After.Value > 0 ? $", after block {details.After}" : "")
            + $" with {details.By.Software}",
        Of(details.By) with { Action = details.IsExport ? "export" : "read", Purpose = details.Purpose });

    private static AuditFacts Of(Actors by) => AuditFacts.None with { Human = by.Human, Software = by.Software };
}
