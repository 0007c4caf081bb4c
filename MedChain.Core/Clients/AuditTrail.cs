using System.Runtime.CompilerServices;
using MedChain.Core.Consensus;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>Reads what the chain says about one patient, block by block, as far back as a validator of this process keeps blocks.</summary>
internal sealed class AuditTrail
{
    private readonly HostedChain _chain;
    private readonly AccountId _patient;
    private readonly Digest _reading;

    /// <param name="chain">The chain.</param>
    /// <param name="patient">Whose trail.</param>
    /// <param name="reading">The reading that this is; it is left out, for it shows in the next one.</param>
    public AuditTrail(HostedChain chain, AccountId patient, Digest reading)
    {
        _chain = chain;
        _patient = patient;
        _reading = reading;
    }

    public async IAsyncEnumerable<AuditEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One that keeps all blocks tells most.
        LedgerValidator validator = _chain.Validators
            .Where(v => v.Options.BlockStore.Anchor is null)
            .MaxBy(v => v.Options.BlockStore.Head.Value) ?? _chain.Best;
        BlockHeight head = validator.Options.BlockStore.Head;
        for (BlockHeight height = validator.Options.BlockStore.First; height <= head; height = height.Next)
        {
            cancellationToken.ThrowIfCancellationRequested();
            DecodedBlock block = BlockReader.Read(validator.Options.BlockStore.TryRead(height)!);
            for (int i = 0; i < block.Receipts.Count; i++)
            {
                Receipt receipt = Canonical.Decode<Receipt>(block.Receipts[i]);
                foreach (LedgerEvent happened in receipt.Events)
                {
                    if (await DescribeAsync(block.Transactions[i], happened, cancellationToken).ConfigureAwait(false) is { } line)
                    {
                        yield return new AuditEntry(
                            height,
                            DateTimeOffset.FromUnixTimeMilliseconds(block.Header.Time),
                            line.Kind,
                            line.Actor,
                            line.Reference,
                            line.Detail,
                            TransactionProofs.TryProve(validator.Options.BlockStore, block, i, _chain.Sealed));
                    }
                }
            }
        }
    }

    private async ValueTask<Line?> DescribeAsync(
        ReadOnlyMemory<byte> bytes, LedgerEvent happened, CancellationToken cancellationToken)
    {
        if (happened.Kind is LedgerEventKind.TaskAuthorised or LedgerEventKind.OperationRecorded)
        {
            return await DescribeTaskAsync(bytes, happened, cancellationToken).ConfigureAwait(false);
        }

        if (happened.Subject != _patient || (happened.Kind == LedgerEventKind.TrailRead && happened.Reference == _reading))
        {
            return null;
        }

        if (AuditWords.Of(happened.Kind) is not var (kind, text))
        {
            return null;
        }

        string detail = kind is AuditKind.AccessPermitted or AuditKind.AccessDenied
            ? await DescribeAccessAsync(happened.Reference, cancellationToken).ConfigureAwait(false)
            : text;
        return new Line(kind, Canonical.Decode<Transaction>(bytes).Sender, happened.Reference, detail);
    }

    private async ValueTask<string> DescribeAccessAsync(Digest request, CancellationToken cancellationToken)
    {
        DecisionEntry decision = _chain.Read().Get<DecisionEntry>(StateKey.Decision(request))!;
        AccessDetails? details = await AttachmentReader.TryReadAsync<AccessDetails>(
            _chain.Blobs, decision.Details, cancellationToken).ConfigureAwait(false);
        string what = details is null ? "details erased" : $"{details.Action} {details.Wanted} for {details.Purpose}";
        bool isOpen = decision.Outcome.Releases() && _chain.Read().Get<AccessReceiptEntry>(StateKey.AccessReceipt(request)) is null;
        return $"{what}: {decision.Outcome}{(isOpen ? ", no receipt of what was read" : "")}";
    }

    /// <summary>A task concerns the patient when the decisions that this transaction made, or ended, have a row for her.</summary>
    private async ValueTask<Line?> DescribeTaskAsync(ReadOnlyMemory<byte> bytes, LedgerEvent happened, CancellationToken cancellationToken)
    {
        if (await AttachmentReader.TryReadAsync<TaskDecisions>(_chain.Blobs, happened.Reference, cancellationToken).ConfigureAwait(false)
                is not { } decisions
            || decisions.Rows.FirstOrDefault(r => r.Patient == _patient) is not { } row
            || Canonical.Decode<Command>(Canonical.Decode<Transaction>(bytes).Body)
                is not DeliverProof { Proof.Fact: ChainFact.StateEntry fact }
            || StateKey.TryReadTask(fact.Key) is not { } id)
        {
            return null;
        }

        TaskEntry task = Canonical.Decode<TaskEntry>(fact.Value);
        string what = $"{task.Request.Computation} for {task.Request.Purpose}";
        return happened.Kind == LedgerEventKind.TaskAuthorised
            ? new Line(AuditKind.TaskDecided, task.Researcher, id, $"{what}: {row.Outcome}, cohort {task.Cohort}")
            : new Line(
                AuditKind.TaskRecorded,
                task.Researcher,
                id,
                $"{what}: {task.Outcome}, {task.Asked.Count(e => e.HasErased)} of {task.Asked.Count()} executors confirmed erasure");
    }

    private sealed record Line(AuditKind Kind, AccountId Actor, Digest Reference, string Detail);
}
