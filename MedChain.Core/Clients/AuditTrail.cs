using System.Runtime.CompilerServices;
using MedChain.Core.Consensus;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>Reads what the chain says about one patient, block by block.</summary>
internal sealed class AuditTrail
{
    private readonly HostedChain _chain;
    private readonly AccountId _patient;

    public AuditTrail(HostedChain chain, AccountId patient)
    {
        _chain = chain;
        _patient = patient;
    }

    public async IAsyncEnumerable<AuditEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LedgerValidator validator = _chain.Best;
        BlockHeight head = validator.Options.BlockStore.Head;
        for (var height = new BlockHeight(1); height <= head; height = height.Next)
        {
            cancellationToken.ThrowIfCancellationRequested();
            DecodedBlock block = BlockReader.Read(validator.Options.BlockStore.TryRead(height)!);
            for (int i = 0; i < block.Receipts.Count; i++)
            {
                Receipt receipt = Canonical.Decode<Receipt>(block.Receipts[i]);
                foreach (LedgerEvent happened in receipt.Events)
                {
                    if (await DescribeAsync(block.Transactions[i], happened, cancellationToken).ConfigureAwait(false) is var (kind, actor, detail))
                    {
                        yield return new AuditEntry(
                            height,
                            DateTimeOffset.FromUnixTimeMilliseconds(block.Header.Time),
                            kind,
                            actor,
                            happened.Reference,
                            detail,
                            TransactionProofs.TryProve(validator.Options.BlockStore, block, i));
                    }
                }
            }
        }
    }

    private async ValueTask<(AuditKind Kind, AccountId Actor, string Detail)?> DescribeAsync(
        ReadOnlyMemory<byte> bytes, LedgerEvent happened, CancellationToken cancellationToken)
    {
        if (happened.Kind is LedgerEventKind.TaskAuthorised or LedgerEventKind.OperationRecorded)
        {
            return await DescribeTaskAsync(bytes, happened, cancellationToken).ConfigureAwait(false);
        }

        if (happened.Subject != _patient)
        {
            return null;
        }

        AccountId sender = Canonical.Decode<Transaction>(bytes).Sender;
        return happened.Kind switch
        {
            LedgerEventKind.AccountRegistered => (AuditKind.AccountRegistered, sender, "account registered"),
            LedgerEventKind.RecordStored => (AuditKind.RecordStored, sender, "record stored"),
            LedgerEventKind.GrantSet => (AuditKind.GrantSet, sender, "permission set"),
            LedgerEventKind.GrantRevoked => (AuditKind.GrantRevoked, sender, "permission revoked"),
            LedgerEventKind.AccessPermitted =>
                (AuditKind.AccessPermitted, sender, await DescribeAccessAsync(happened.Reference, cancellationToken).ConfigureAwait(false)),
            LedgerEventKind.AccessDenied =>
                (AuditKind.AccessDenied, sender, await DescribeAccessAsync(happened.Reference, cancellationToken).ConfigureAwait(false)),
            _ => null,
        };
    }

    private async ValueTask<string> DescribeAccessAsync(Digest request, CancellationToken cancellationToken)
    {
        DecisionEntry decision = _chain.Read().Get<DecisionEntry>(StateKey.Decision(request))!;
        AccessDetails? details = await AttachmentReader.TryReadAsync<AccessDetails>(
            _chain.Blobs, decision.Details, cancellationToken).ConfigureAwait(false);
        string what = details is null ? "details erased" : $"{details.Action} {details.Category} for {details.Purpose}";
        return $"{what}: {decision.Outcome}";
    }

    /// <summary>A task concerns the patient when the answer that this transaction made has a row for her.</summary>
    private async ValueTask<(AuditKind Kind, AccountId Actor, string Detail)?> DescribeTaskAsync(
        ReadOnlyMemory<byte> bytes, LedgerEvent happened, CancellationToken cancellationToken)
    {
        if (_chain.Read().Get<TaskAnswer>(StateKey.Task(happened.Reference)) is not { Decisions.IsZero: false } answer
            || await AttachmentReader.TryReadAsync<TaskDecisions>(_chain.Blobs, answer.Decisions, cancellationToken).ConfigureAwait(false)
                is not { } decisions
            || decisions.Rows.FirstOrDefault(r => r.Patient == _patient) is not { } row
            || Canonical.Decode<Command>(Canonical.Decode<Transaction>(bytes).Body) is not DeliverProof { Proof.Fact: ChainFact.StateEntry fact })
        {
            return null;
        }

        TaskEntry task = Canonical.Decode<TaskEntry>(fact.Value);
        string what = $"{task.Request.Computation} for {task.Request.Purpose}";
        return happened.Kind == LedgerEventKind.TaskAuthorised
            ? (AuditKind.TaskDecided, task.Researcher, $"{what}: {row.Outcome}, cohort {task.Cohort}")
            : (AuditKind.TaskRecorded, task.Researcher, $"{what}: {task.Outcome}, {task.Executors.Count(e => e.Erased)} of {task.Executors.Length} executors confirmed erasure");
    }
}
