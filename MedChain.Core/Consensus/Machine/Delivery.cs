using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>Turns decided slots into blocks, strictly in order: hands each to execution, and builds its header when the result is
/// back.</summary>
internal sealed class Delivery(MachineContext context, FrontPhase front, SlotTable slots, Fetching fetching)
{
    private readonly ReplicaState _state = context.State;
    private readonly Queue<PendingBlock> _executing = new();
    private Digest _previousHash;
    private long _previousTime;

    /// <summary>Gets the blocks that were stored since the last seal certificate, by height, and the last one of all.</summary>
    public SortedList<long, BlockHeader> Headers { get; } = [];

    public int ExecutingCount => _executing.Count;

    /// <summary>Gets or sets what is called for each header built.</summary>
    public required Action<BlockHeader> OnStored { get; init; }

    /// <summary>Gets the header of the last stored block; <see langword="null"/> before the first.</summary>
    public BlockHeader? Last => Headers.Count == 0 ? null : Headers.GetValueAtIndex(Headers.Count - 1);

    /// <summary>Continues after the last stored block.</summary>
    public void Resume(BlockHeader? head, LeaderHistory leaders)
    {
        // Views are counted anew in each epoch.
        _state.Leaders = head is null || head.Epoch == context.Epoch ? leaders : LeaderHistory.Empty with { Start = head.Height.Value };
        _state.ViewStart = _state.Leaders.View.Value == 0 ? _state.Leaders.Start : 0;
        if (head is not null)
        {
            _previousHash = head.Hash;
            _previousTime = head.Time;
            Headers[head.Height.Value] = head;
            _state.Decided = _state.Ordered = _state.Stored = head.Height.Value;
        }
    }

    /// <summary>Goes on after a block whose state was given to this validator; nothing is being executed.</summary>
    public void Jump(BlockHeader header, LeaderHistory leaders)
    {
        Headers.Clear();
        Headers[header.Height.Value] = header;
        _previousHash = header.Hash;
        _previousTime = header.Time;
        _state.Leaders = leaders;
        _state.Ordered = _state.Stored = header.Height.Value;
        _state.Decided = Math.Max(_state.Decided, header.Height.Value);
        while (slots.Find(_state.Decided + 1) is { IsDecided: true })
        {
            _state.Decided++;
        }
    }

    public CutExpansion Expand(Cut cut) =>
        CutExpansion.Expand([.. front.Lanes.Select(l => l.Frontier)], cut, reference => front.Find(reference)?.Header);

    /// <summary>Puts into the log every body that a proposal may newly order; asks peers for those that are not held.</summary>
    /// <returns>Whether all are held, so that the proposal may be voted for.</returns>
    public bool TryLogBodies(Slot slot, Proposal proposal)
    {
        if (proposal.Cut is not { } cut || slot.Number.Value <= _state.Ordered)
        {
            return true;
        }

        int leader = SourceOf(cut);
        bool fixedTips = proposal.Carried || AllFixed(cut, leader);
        CutExpansion expansion = Expand(cut);
        if (!fixedTips | !HoldsBodies(expansion.Taken.Concat(expansion.Skipped), expansion.Missing, leader))
        {
            return false;
        }

        Log(slot.Number, expansion.Taken.Concat(expansion.Skipped), again: false);
        return true;
    }

    /// <summary>Hands the next decided blocks to execution, as far as their bodies are here and execution keeps up.</summary>
    public void OrderBlocks()
    {
        while (!_state.IsSuspended
            && _state.Ordered < _state.Stored + (2 * context.Settings.Window)
            && _state.IsInEpoch(_state.Ordered + 1)
            && slots.Find(_state.Ordered + 1) is { DecisionKnown: true } slot)
        {
            if (!TryOrder(slot))
            {
                return;
            }
        }
    }

    public void OnExecuted(Input.BlockExecuted result)
    {
        foreach (PendingBlock block in _executing)
        {
            if (block.Slot.Number.Value == result.Height.Value)
            {
                block.Result = result;
            }
        }
    }

    /// <summary>Stores executed blocks whose decision is durable.</summary>
    public void StoreBlocks()
    {
        while (_executing.TryPeek(out PendingBlock? block)
            && block.Result is { } result
            && context.DurableTicket >= block.Slot.DecidedTicket
            && context.DurableTicket >= block.BodiesTicket)
        {
            _executing.Dequeue();
            var header = new BlockHeader(
                context.Chain,
                result.Height,
                _previousHash,
                block.Slot.Decision!.Value,
                result.TransactionsRoot,
                result.ReceiptsRoot,
                result.StateRoot,
                block.Ordering.Hash(),
                block.Time,
                context.Epoch,
                context.Settings.Validators.Hash,
                result.Height.Value == _state.LastSlot ? _state.Next!.Hash : default);
            _previousHash = header.Hash;
            _state.Stored = header.Height.Value;
            Headers[header.Height.Value] = header;
            context.Emit(new Effect.StoreBlock(header));
            TakeChoice(result);
            OnStored(header);
        }
    }

    /// <summary>Forgets headers below the base; the last one stays.</summary>
    public void Prune()
    {
        while (Headers.Count > 1 && Headers.GetKeyAtIndex(0) < Math.Min(_state.BaseHeight, _state.Stored))
        {
            Headers.RemoveAt(0);
        }
    }

    /// <summary>The state may have chosen the validators of the next epoch: then this epoch has a last slot.</summary>
    private void TakeChoice(Input.BlockExecuted result)
    {
        if (result.Chosen is not { } chosen || chosen.Height.Value <= _state.Start || chosen.Last.Value == _state.LastSlot)
        {
            return;
        }

        if (chosen.Height != result.Height || _state.LastSlot is not null)
        {
            context.Halt(
                $"After block {result.Height} the state machine names a choice of validators of block {chosen.Height}: it makes one choice "
                + "in an epoch, and names it from the block on that makes it.");
            return;
        }

        _state.EndAfter(chosen);
        slots.ForgetAbove(_state.LastVoted);
    }

    /// <summary>Who most likely holds what a cut names.</summary>
    private int SourceOf(Cut cut) => Math.Min(cut.Proposer, context.Settings.Count - 1);

    private bool TryOrder(Slot slot)
    {
        CutExpansion? expansion = slot.DecidedCut is { } cut ? Expand(cut) : null;
        if (expansion is not null && !HoldsBodies(expansion.Taken, expansion.Missing, SourceOf(slot.DecidedCut!)))
        {
            return false;
        }

        if (expansion is not null)
        {
            // A body that was logged for a lower slot is logged again: that slot may be trimmed before this block is durable.
            Log(slot.Number, expansion.Taken, again: true);
        }

        ImmutableArray<Batch> batches =
            expansion is null ? [] : [.. expansion.Taken.Select(h => front.Lanes[h.Lane].Find(h.Digest)!.Body!)];
        ImmutableArray<BatchReference> frontier = [.. expansion?.Frontier ?? [.. front.Lanes.Select(l => l.Frontier)]];
        var body = new BlockBody(slot.DecidedCut, slot.Decision!, batches, [.. expansion?.Skipped ?? []], frontier)
        {
            Next = slot.Number.Value == _state.LastSlot ? _state.Next : null,
            Leaders = _state.Leaders.After(
                slot.Number.Value,
                slot.DecidedCut,
                [.. frontier.Where(t => t != front.Lanes[t.Lane].Frontier).Select(t => t.Lane)],
                context.Settings.Validators),
        };
        _state.Leaders = body.Leaders;
        long time = Math.Max(slot.DecidedCut?.ProposedAt ?? 0, _previousTime + 1);
        _previousTime = time;
        foreach (Lane lane in front.Lanes)
        {
            lane.Advance(frontier[lane.Index]);
        }

        _state.Ordered = slot.Number.Value;
        _executing.Enqueue(new PendingBlock(slot, time, body.Ordering, context.LastTicket));
        context.Emit(new Effect.Execute(new BlockHeight(slot.Number.Value), time, body));
        foreach (Lane lane in front.Lanes)
        {
            front.Acknowledge(lane);
        }

        return true;
    }

    private bool AllFixed(Cut cut, int leader)
    {
        bool all = true;
        foreach (BatchReference tip in cut.Tips)
        {
            LaneEntry? entry = front.Find(tip);

            // A leader may name a batch under a place that is not its own. What is fixed is the batch at its place.
            bool isFixed = entry?.Reference == tip && (entry.Ack is not null || entry.Certificate is not null);
            if (tip.IsAfter(front.Lanes[tip.Lane].Frontier) && !isFixed)
            {
                // Who relies on others waits for the owner's certificate, or checks the batch itself before long. Neither may come: who
                // restarted has forgotten both, and who lies sends the certificate to others only.
                bool comesByItself = context.Settings.VouchedFrom > 0 && !context.IsStuck;
                if (!comesByItself || entry?.Body is null)
                {
                    fetching.Want(tip, leader, certified: true);
                }

                all = false;
            }
        }

        return all;
    }

    private bool HoldsBodies(IEnumerable<BatchHeader> reached, List<BatchReference> missing, int source)
    {
        bool all = missing.Count == 0;
        foreach (BatchReference reference in missing)
        {
            fetching.Want(reference, source);
        }

        foreach (BatchHeader header in reached)
        {
            if (front.Lanes[header.Lane].Find(header.Digest)!.Body is null)
            {
                fetching.Want(header.Reference, source);
                all = false;
            }
        }

        return all;
    }

    private void Log(SlotNumber slot, IEnumerable<BatchHeader> headers, bool again)
    {
        foreach (BatchHeader header in headers)
        {
            LaneEntry entry = front.Lanes[header.Lane].Find(header.Digest)!;
            entry.IsVotedOn = true;
            if (entry.Body is { } body && (entry.LoggedSlot == 0 || (again && entry.LoggedSlot < slot.Value)))
            {
                entry.LoggedSlot = slot.Value;
                context.Persist(slot, RecordKind.Batch, body.Encoded);
            }
        }
    }

    private sealed class PendingBlock(Slot slot, long time, OrderingState ordering, long bodiesTicket)
    {
        public Slot Slot { get; } = slot;

        public long Time { get; } = time;

        public OrderingState Ordering { get; } = ordering;

        public long BodiesTicket { get; } = bodiesTicket;

        public Input.BlockExecuted? Result { get; set; }
    }
}
