using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>Puts a patient's audit trail and all that a verifier needs into one file.</summary>
internal sealed class AuditExport(HostedChain chain, AccountId patient)
{
    /// <summary>Larger attachments stay out: the manifest of a large record lists its chunks.</summary>
    private const int MaxAttachment = 128 * 1024;

    /// <summary>The file's bytes and its number of entries, proved or not.</summary>
    /// <exception cref="InvalidOperationException">The entries do not fit one file.</exception>
    public async Task<(byte[] File, int Entries)> BuildAsync(
        AuditTrail trail, BlockHeight after, CancellationToken cancellationToken)
    {
        ImmutableArray<AuditFileEntry>.Builder entries = ImmutableArray.CreateBuilder<AuditFileEntry>();
        ImmutableArray<BlockHeight>.Builder unsealed = ImmutableArray.CreateBuilder<BlockHeight>();
        AuditFileEntry? last = null;
        await foreach (AuditEntry entry in trail.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (entry.Height <= after)
            {
                continue;
            }

            if (entries.Count == AuditFile.MaxEntries || unsealed.Count == AuditFileContent.MaxUnsealed)
            {
                throw TooLarge($"more than {entries.Count} entries", entry.Height);
            }

            if (entry.Proof is not { Fact: ChainFact.TransactionEntry fact } proof)
            {
                unsealed.Add(entry.Height);
                continue;
            }

            bool isSame = last is { Proof.Fact: ChainFact.TransactionEntry before }
                && last.Proof.Header.Height == entry.Height && before.Index == fact.Index;
            last = await OpenAsync(entry, proof, fact, isSame ? last!.Event + 1 : 0, cancellationToken).ConfigureAwait(false);
            entries.Add(last);
        }

        byte[] file = Canonical.Encode(new AuditFileContent(
            chain.Genesis, chain.History.ToBytes(), patient, entries.ToImmutable(), unsealed.ToImmutable()));
        return file.Length <= AuditFile.MaxBytes
            ? (file, entries.Count + unsealed.Count)
            : throw TooLarge($"{file.Length} bytes, above {AuditFile.MaxBytes}", chain.Best.Options.BlockStore.Head);
    }

    private async Task<AuditFileEntry> OpenAsync(
        AuditEntry entry, ChainProof proof, ChainFact.TransactionEntry fact, int from, CancellationToken cancellationToken)
    {
        Command command = ActFor.Unwrap(Canonical.Decode<Command>(Canonical.Decode<Transaction>(fact.Transaction).Body));
        ImmutableArray<LedgerEvent> events = Canonical.Decode<Receipt>(fact.Receipt).Events;
        bool isTask = entry.Kind is AuditKind.TaskDecided or AuditKind.TaskRecorded;
        int place = from;
        while (AuditWords.Of(events[place].Kind)?.Kind != entry.Kind
            || !(isTask || (events[place].Subject == patient && events[place].Reference == entry.Reference)))
        {
            place++;
        }

        if (isTask)
        {
            return await OpenTaskAsync(entry, proof, place, events[place].Reference, cancellationToken).ConfigureAwait(false);
        }

        Digest commitment = AuditOpening.CommitmentOf(command);
        Attachment? attachment = commitment.IsZero ? null : await ReadAsync(commitment, cancellationToken).ConfigureAwait(false);
        ChainProof? state = command is RequestAccess or RequestEmergencyAccess
            ? chain.Sealed?.Prove(StateKey.Decision(entry.Reference))
            : null;
        return new AuditFileEntry(proof, place, attachment, state, null);
    }

    private async Task<AuditFileEntry> OpenTaskAsync(
        AuditEntry entry, ChainProof proof, int place, Digest decided, CancellationToken cancellationToken)
    {
        var closed = new AuditFileEntry(proof, place, null, null, null);
        if (chain.Sealed?.Prove(StateKey.Task(entry.Reference)) is not { Fact: ChainFact.StateEntry fact } state
            || Canonical.Decode<TaskAnswer>(fact.Value).Decisions != decided
            || await AttachmentReader.TryReadAsync<TaskDecisions>(chain.Blobs, decided, cancellationToken).ConfigureAwait(false)
                is not { } decisions)
        {
            return closed;
        }

        for (int i = 0; i < decisions.Rows.Length; i++)
        {
            if (decisions.Rows[i].Patient == patient)
            {
                return closed with
                {
                    State = state,
                    Row = new AuditRow(decisions.Rows[i], i, decisions.Rows.Length, decisions.Path(i)),
                };
            }
        }

        return closed;
    }

    private async Task<Attachment?> ReadAsync(Digest commitment, CancellationToken cancellationToken) =>
        await chain.Blobs.TryGetAsync(commitment, cancellationToken).ConfigureAwait(false) is { Length: <= MaxAttachment } blob
        && Digest.Of(blob.Span) == commitment
        && Canonical.TryDecode(blob, out Attachment? attachment, out _)
            ? attachment
            : null;

    private static InvalidOperationException TooLarge(string what, BlockHeight height) =>
        new($"The audit trail up to block {height} takes {what}: export it after a later block.");
}
