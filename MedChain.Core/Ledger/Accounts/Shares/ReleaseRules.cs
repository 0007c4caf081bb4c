using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Shares;

/// <summary>Judges what custodians released. An honest one releases by the state that it signs for: its own good share of a live record, or
/// nothing.</summary>
internal static class ReleaseRules
{
    public static IEnumerable<Digest> Reads(LedgerState state, ReportRelease command) =>
        state.Get<RecordEntry>(StateKey.Record(command.Owner, command.Record)) is { Status: RecordStatus.Live } record
            ? [command.Evidence, record.KeyHeader]
            : [command.Evidence];

    public static string? Report(LedgerState state, Genesis genesis, ReportRelease command, LedgerContext context)
    {
        if (context.TryReadAttachment(command.Evidence, out ReleaseEvidence? evidence) is { } unreadable)
        {
            return unreadable;
        }

        if (state.Get<RecordEntry>(StateKey.Record(command.Owner, command.Record)) is not { } record
            || state.Get<CustodyEntry>(StateKey.Custody(command.Owner, command.Record)) is not { } custody
            || ValidatorRules.Find(state, genesis, context.Epoch, custody.Epoch) is not { } custodians
            || CustodyEntry.IndexOf(custodians, evidence!.Released.Custodian) is not (>= 0 and var custodian))
        {
            return $"{evidence!.Released.Custodian} is the operator key of no custodian of record {command.Record}.";
        }

        if (!evidence.Released.IsSigned(genesis.Chain, evidence.Permit))
        {
            return "The custodian has not signed the release.";
        }

        using ShareBatch? batch = ShareBatch.TryOpenRevealed(evidence.Opening.Span, evidence.Released.Sealed.Span);
        if (batch is null)
        {
            return "The opening does not open the release.";
        }

        BlockHeight height = evidence.Released.Height;
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch.RecordAt(i) != command.Record)
            {
                continue;
            }

            if (record.Status is RecordStatus.Erasing or RecordStatus.Erased && height >= custody.ErasedAt)
            {
                return Convict(CustodyMisconduct.ReleaseAfterErasure);
            }

            // By an earlier state the custodian had another share to release.
            if (record.Status == RecordStatus.Live && height >= custody.Since
                && context.TryReadAttachment(record.KeyHeader, out KeyHeader? header) is null
                && !IsGood(batch, i, custodian, header!))
            {
                return Convict(CustodyMisconduct.WrongShare);
            }
        }

        return $"The release has no share of record {command.Record} that the custodian should not have released.";

        string? Convict(CustodyMisconduct kind) => MisconductRules.Convict(
            state, genesis, custody, custodian, kind, command.Owner, command.Record, context);
    }

    private static bool IsGood(ShareBatch batch, int index, int custodian, KeyHeader header)
    {
        using SecretScalar? share = batch.ShareAt(index);
        return share is not null
            && batch.HolderAt(index) == custodian + 1
            && SecretSharing.VerifyShare(header.Commitments.AsSpan(), custodian + 1, share);
    }
}
