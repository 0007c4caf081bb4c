using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>Asks peers for what is missing: batches that a cut names, and decided blocks. What comes back proves itself, so any peer will
/// do; one that does not answer is followed by the next.</summary>
internal sealed class Fetching(MachineContext context, FrontPhase front, AnswerBudget answers)
{
    public const int MaxWanted = 4 * WireLimits.MaxFetchedBatches;

    /// <summary>Resend intervals for which a validator far behind asks for no blocks, because a state may come. It is a wait of this length
    /// for each distance that counts as far, whatever liars say about their heights.</summary>
    private const int StatePatience = 40;

    private readonly Dictionary<Digest, Wanted> _wanted = [];
    private readonly List<(int Peer, BatchReference Reference)> _requests = [];
    private readonly long[] _peerHeights = new long[context.Settings.Peers];
    private readonly long[] _peerFirsts = new long[context.Settings.Peers];
    private long _highestPeer;
    private long? _blocksAskedAt;
    private long _stateAwaitedUntil;
    private long _stateAwaitedAgainFrom;
    private int _blocksPeer = context.Self;

    /// <summary>Wants a batch, first from one peer.</summary>
    /// <param name="reference">The batch.</param>
    /// <param name="firstPeer">Who most likely has it.</param>
    /// <param name="certified">Whether its certificate is wanted too.</param>
    public void Want(BatchReference reference, int firstPeer, bool certified = false)
    {
        if (_wanted.TryGetValue(reference.Digest, out Wanted? known))
        {
            known.StillNeeded = true;
            return;
        }

        if (!context.Settings.HasOthers || _wanted.Count >= MaxWanted)
        {
            return;
        }

        int peer = firstPeer == context.Self ? NextPeer(firstPeer) : firstPeer;
        _wanted.Add(reference.Digest, new Wanted(reference, NextPeer(peer), certified));
        _requests.Add((peer, reference));
    }

    public void OnBatches(BatchesData data, bool acceptable)
    {
        foreach (FetchedBatch fetched in data.Batches)
        {
            Digest digest = fetched.Batch.Header.Digest;
            if (_wanted.TryGetValue(digest, out Wanted? wanted))
            {
                front.OnFetched(fetched.Batch, fetched.Certificate, acceptable);
                if (IsSatisfied(wanted))
                {
                    _wanted.Remove(digest);
                }
            }
        }
    }

    public void OnFetchBatches(int from, FetchBatches request)
    {
        List<FetchedBatch> found = [];
        long size = 0;
        foreach (BatchReference reference in request.References)
        {
            if (reference.Lane < context.Settings.Count
                && front.Find(reference) is { Body: { } body } entry
                && size + body.Encoded.Length <= WireLimits.MaxBlockPayloadBytes
                && answers.TryTake(from, body.Encoded.Length))
            {
                size += body.Encoded.Length;
                found.Add(new FetchedBatch(body, entry.Certificate));
            }
        }

        if (found.Count > 0)
        {
            context.Send(from, new BatchesData(context.Epoch, [.. found]), after: 0);
        }
    }

    public void OnStatus(int from, Status status)
    {
        _peerHeights[from] = status.Stored.Value;
        _peerFirsts[from] = status.First.Value;
        _highestPeer = _peerHeights.Max();
    }

    public BufferSize Measure() => new("machine.wanted", _wanted.Count, MaxWanted);

    public void OnBlocksAnswered() => _blocksAskedAt = null;

    /// <summary>Asks for decided blocks when some peer has more than what is under way here.</summary>
    /// <param name="stuck">Whether nothing moved for a while: then one block of difference is enough.</param>
    public void AskForBlocks(bool stuck)
    {
        long from = context.State.Ordered + 1;
        bool behind = !AwaitsState() && _highestPeer >= (stuck ? from : from + context.Settings.Window);
        bool waiting = _blocksAskedAt is { } asked && context.Now < asked + context.Settings.ResendInterval;
        if (!behind || waiting || from > context.State.Stored + context.Settings.Window || !context.State.IsInEpoch(from))
        {
            return;
        }

        // Guests have blocks too.
        int peer = Math.Max(_blocksPeer, 0);
        for (int i = 0; i < _peerHeights.Length; i++)
        {
            peer = (peer + 1) % _peerHeights.Length;
            if (Has(peer, from))
            {
                break;
            }
        }

        if (!Has(peer, from))
        {
            return;
        }

        _blocksPeer = peer;
        _blocksAskedAt = context.Now;
        context.Send(peer, new FetchBlocks(context.Epoch, new BlockHeight(from), context.Settings.Window), after: 0);
    }

    /// <summary>Reports when blocks will not help: nobody has the next one any more, or too many are missing.</summary>
    public void ReportIfBehind()
    {
        if (!context.Settings.TakesStates)
        {
            return;
        }

        bool lacksState = context.State.LacksState;
        long next = context.State.Ordered + 1;
        bool isGone = _highestPeer >= next && !Enumerable.Range(0, _peerHeights.Length).Any(p => Has(p, next));
        if (lacksState || IsFarBehind || isGone)
        {
            long above = lacksState ? context.State.Stored - 1 : context.State.Stored;
            context.Emit(new Effect.FallBehind(
                new BlockHeight(above),
                [.. Enumerable.Range(0, _peerHeights.Length).Where(p => p != context.Self && _peerHeights[p] > above)]));
        }
    }

    /// <summary>Whether blocks are of no use now, or a state will probably be faster.</summary>
    private bool AwaitsState()
    {
        if (IsFarBehind && context.State.Ordered >= _stateAwaitedAgainFrom)
        {
            _stateAwaitedUntil = context.Now + (StatePatience * context.Settings.ResendInterval);
            _stateAwaitedAgainFrom = context.State.Ordered + context.Settings.Limits.SnapshotDistance;
        }

        return context.State.IsSuspended || (IsFarBehind && context.Now < _stateAwaitedUntil);
    }

    private bool IsFarBehind =>
        context.Settings.TakesStates && _highestPeer - context.State.Ordered > context.Settings.Limits.SnapshotDistance;

    private bool Has(int peer, long height) =>
        peer != context.Self && _peerHeights[peer] >= height && _peerFirsts[peer] <= height;

    /// <summary>Sends the requests of this step, one message for each peer.</summary>
    public void Flush()
    {
        while (_requests.Count > 0)
        {
            int peer = _requests[0].Peer;
            BatchReference[] references =
                [.. _requests.Where(r => r.Peer == peer).Take(WireLimits.MaxFetchedBatches).Select(r => r.Reference)];
            _requests.RemoveAll(r => r.Peer == peer && references.Contains(r.Reference));
            context.Send(peer, new FetchBatches(context.Epoch, [.. references]), after: 0);
        }
    }

    /// <summary>Asks the next peers for what did not come, and forgets what is no longer needed.</summary>
    public void Retry()
    {
        foreach (Wanted wanted in _wanted.Values.OrderBy(w => w.Reference.Digest).ToArray())
        {
            // What nobody asks for any more goes too: a faulty leader may name batches that never were, and must not fill the table for
            // good.
            if (!wanted.StillNeeded || IsSatisfied(wanted))
            {
                _wanted.Remove(wanted.Reference.Digest);
                continue;
            }

            _requests.Add((wanted.NextPeer, wanted.Reference));
            wanted.NextPeer = NextPeer(wanted.NextPeer);
            wanted.StillNeeded = false;
        }
    }

    private bool IsSatisfied(Wanted wanted) =>
        !wanted.Reference.IsAfter(front.Lanes[wanted.Reference.Lane].Frontier)
        || (front.Find(wanted.Reference) is { Body: not null } entry
            && (!wanted.Certified || entry.Certificate is not null || entry.Ack is not null));

    private int NextPeer(int peer)
    {
        int next = (peer + 1) % context.Settings.Count;
        return next == context.Self ? (next + 1) % context.Settings.Count : next;
    }

    private sealed class Wanted(BatchReference reference, int nextPeer, bool certified)
    {
        public BatchReference Reference { get; } = reference;

        public bool Certified { get; } = certified;

        public int NextPeer { get; set; } = nextPeer;

        /// <summary>Gets or sets whether it was wanted since it was last asked for.</summary>
        public bool StillNeeded { get; set; } = true;
    }
}
