using MedChain.Core.Consensus.Messages;

namespace MedChain.Core.Consensus.Machine;

/// <summary>The phase in front of the votes: takes the batches of all lanes, acknowledges one digest for each place, and counts
/// acknowledgements until a batch's content is fixed.</summary>
internal sealed class FrontPhase
{
    private readonly MachineContext _context;
    private readonly MachineSettings _settings;

    public FrontPhase(MachineContext context)
    {
        _context = context;
        _settings = context.Settings;
        Lanes = [.. Enumerable.Range(0, _settings.Count).Select(i => new Lane(i, _settings.Count))];
        AckLog = new AckLog(context, this);
    }

    public Lane[] Lanes { get; }

    /// <summary>Gets what keeps batches and acknowledgements, where they are durable before they count.</summary>
    public AckLog AckLog { get; }

    /// <summary>Measures the lanes. A lane holds what its owner sent, what was fetched because a cut names it, and, while it catches up,
    /// what decided blocks brought.</summary>
    public IEnumerable<BufferSize> Measure() => Lanes.Select(lane => new BufferSize(
        "machine.lane",
        lane.EntryCount,
        (2L * _settings.Limits.MaxLaneBatches) + WireLimits.MaxLaneGap,
        lane.HeldBytes,
        (2L * _settings.Limits.MaxLaneBytes) + ((long)Fetching.MaxWanted * WireLimits.MaxBatchBytes)));

    public LaneEntry? Find(BatchReference reference) => Lanes[reference.Lane].Find(reference.Digest);

    /// <summary>A batch from its owner.</summary>
    public void OnBatch(Batch batch, bool acceptable)
    {
        Lane lane = Lanes[batch.Header.Lane];
        BatchReference reference = batch.Header.Reference;
        if (reference.Incarnation < lane.Incarnation)
        {
            return;
        }

        if (reference.Incarnation > lane.Incarnation)
        {
            lane.OpenIncarnation(reference.Incarnation);
        }

        // The owner has bounds of its own for what it makes; a batch that it has sent and forgotten would be lost.
        bool isOwn = lane.Index == _context.Self && reference.IsAfter(lane.Frontier);
        bool isKnown = lane.Find(reference.Digest) is { Body: not null };
        if (!isOwn && !isKnown && !HasRoom(lane, reference, batch.Encoded.Length))
        {
            return;
        }

        LaneEntry entry = lane.Add(batch.Header, batch);
        entry.Acceptable |= acceptable;
        if (!IsFirst(lane, entry, batch))
        {
            return;
        }

        if (entry.Ack is not null)
        {
            SendAck(entry);
        }

        Acknowledge(lane);
    }

    /// <summary>A batch that was asked for: wanted by its digest, whoever sent it.</summary>
    public void OnFetched(Batch batch, FixCertificate? certificate, bool acceptable)
    {
        Lane lane = Lanes[batch.Header.Lane];
        if (!batch.Header.Reference.IsAfter(lane.Frontier))
        {
            return;
        }

        LaneEntry entry = lane.Add(batch.Header, batch);
        if (batch.Header.Incarnation == lane.Incarnation && IsFirst(lane, entry, batch))
        {
            entry.Acceptable |= acceptable;
            Acknowledge(lane);
        }

        if (certificate is not null && certificate.Reference == batch.Header.Reference)
        {
            OnCertificate(certificate);
        }
    }

    public void OnAck(FixAck ack)
    {
        Lane lane = Lanes[ack.Reference.Lane];
        long height = ack.Reference.Height;
        if (ack.Reference.Incarnation != lane.Incarnation
            || !ack.Reference.IsAfter(lane.Frontier)
            || (ack.Validator != _context.Self && height > AckBase(lane) + _settings.Limits.MaxLaneBatches))
        {
            return; // Own ones are bounded by what is acknowledged, and nobody sends them again.
        }

        // A second digest for a place is not counted, and no proof of malice either: acknowledgements are not durable, so a validator that
        // restarted may contradict itself.
        if (lane.AddAck(ack, _settings.Quorum) is { } certificate)
        {
            lane.SetFixed(certificate);
            Vouch(certificate);
        }
    }

    public void OnCertificate(FixCertificate certificate)
    {
        Lane lane = Lanes[certificate.Reference.Lane];
        if (certificate.Reference.IsAfter(lane.Frontier))
        {
            if (certificate.Reference.Incarnation > lane.Incarnation)
            {
                lane.OpenIncarnation(certificate.Reference.Incarnation);
            }

            lane.SetFixed(certificate);
        }
    }

    /// <summary>Acknowledges what continues the acknowledged chain of a lane, as far as the limits allow.</summary>
    public void Acknowledge(Lane lane)
    {
        if (!_context.State.CanVote)
        {
            return;
        }

        while (lane.FirstAt(lane.AckTip.Height + 1) is { Body: not null, Ack: null } entry
            && (entry.Acceptable || (_settings.VouchedFrom > 0 && entry.Certificate is not null))
            && entry.Header.Incarnation == lane.Incarnation
            && entry.Header.Parent == lane.AckTip.Digest
            && WithinLimits(lane, entry.Reference.Height))
        {
            if (!entry.Acceptable)
            {
                lane.AckTip = entry.Reference; // A quorum vouches for it; what was not checked here is not acknowledged.
                continue;
            }

            var ack = new FixAck(_context.Epoch, entry.Reference, _context.Self, default);
            ack = ack with { Signature = _context.Sign(entry.Reference.AckStatement(_context.Chain, _context.Epoch)) };
            entry.Ack = ack;
            lane.AckTip = entry.Reference;
            bool counts = !_settings.StrictFix;
            if (!counts)
            {
                AckLog.Take(entry, ack);
            }

            SendAck(entry);
            if (counts)
            {
                OnAck(ack);
            }
        }
    }

    /// <summary>Sends the own acknowledgement of a batch to its owner and to the leaders.</summary>
    public void SendAck(LaneEntry entry)
    {
        FixAck ack = entry.Ack!;
        int owner = ack.Reference.Lane;
        _context.Send(owner, ack, entry.LogTicket);
        foreach (int leader in _context.LeadersAhead())
        {
            if (leader != owner)
            {
                _context.Send(leader, ack, entry.LogTicket);
            }
        }
    }

    /// <summary>Whether everything from the frontier to a tip is held, so that the tip may be proposed.</summary>
    public bool HoldsChain(BatchReference tip) => FirstMissing(tip) is null;

    /// <summary>Whether a tip continues what was delivered. A tip on a fork of its lane adds nothing to a block, so proposing it, or
    /// waiting for it, would never end.</summary>
    public bool Continues(BatchReference tip)
    {
        Lane lane = Lanes[tip.Lane];
        if (lane.Continuing is not { } known || known.Tip != tip || known.Frontier != lane.Frontier)
        {
            known = (tip, lane.Frontier, Reaches(lane, tip));
            lane.Continuing = known;
        }

        return known.Continues;
    }

    /// <summary>The highest batch from a tip down to the frontier whose body is not held, if there is one.</summary>
    public BatchReference? FirstMissing(BatchReference tip)
    {
        Lane lane = Lanes[tip.Lane];
        if (lane.Find(tip.Digest) is { Ack: not null } known && known.Reference == tip && lane.Incarnation == tip.Incarnation)
        {
            return null; // Acknowledged, so its ancestors are here too.
        }

        BatchReference place = tip;
        while (place.IsAfter(lane.Frontier) && place.Height > 0)
        {
            if (lane.Find(place.Digest) is not { Body: not null } entry || entry.Reference != place)
            {
                return place;
            }

            place = place with { Height = place.Height - 1, Digest = entry.Header.Parent };
        }

        return null;
    }

    /// <summary>The next batch that each lane lacks: below its certified tip, or below what its owner sent last. Lost messages, or those of
    /// before a restart.</summary>
    public IEnumerable<BatchReference> MissingBatches()
    {
        foreach (Lane lane in Lanes)
        {
            if (lane.FixedTip.IsAfter(lane.Frontier) && FirstMissing(lane.FixedTip) is { } certified)
            {
                yield return certified;
            }
            else if (LowestAhead(lane) is { } ahead && FirstMissing(ahead.Reference) is { } parent)
            {
                yield return parent;
            }
        }
    }

    /// <summary>Whether a batch is the first one seen for its place; a second one is evidence against the owner, who signed both.</summary>
    private bool IsFirst(Lane lane, LaneEntry entry, Batch batch)
    {
        LaneEntry first = lane.ClaimHeight(entry);
        if (first != entry && first.Body is not null)
        {
            _context.Report(new BatchMessage(first.Body), new BatchMessage(batch));
        }

        return first == entry;
    }

    /// <summary>Shows the certificate of an own batch to those who left its check to others.</summary>
    private void Vouch(FixCertificate certificate)
    {
        if (_settings.VouchedFrom == 0 || certificate.Reference.Lane != _context.Self || Find(certificate.Reference) is not { } entry)
        {
            return;
        }

        for (int i = 0; i < _settings.Count; i++)
        {
            if (!VouchedBatches.IsAssigned(_settings.Validators, entry.Header, i, _settings.VouchedFrom))
            {
                _context.Send(i, certificate, after: 0);
            }
        }
    }

    private static bool Reaches(Lane lane, BatchReference tip)
    {
        bool sameIncarnation = tip.Incarnation == lane.Frontier.Incarnation;
        long end = sameIncarnation ? lane.Frontier.Height : 0;
        BatchReference place = tip;
        while (place.Height > end && lane.Find(place.Digest) is { } entry && entry.Reference == place)
        {
            place = place with { Height = place.Height - 1, Digest = entry.Header.Parent };
        }

        return place.Height == end && place.Digest == (sameIncarnation ? lane.Frontier.Digest : default);
    }

    private static long AckBase(Lane lane) => lane.Frontier.Incarnation == lane.Incarnation ? lane.Frontier.Height : 0;

    /// <summary>The lowest batch from the owner that does not continue the acknowledged chain.</summary>
    private LaneEntry? LowestAhead(Lane lane)
    {
        long last = AckBase(lane) + _settings.Limits.MaxLaneBatches;
        for (long height = lane.AckTip.Height + 2; height <= last; height++)
        {
            if (lane.FirstAt(height) is { } entry)
            {
                return entry;
            }
        }

        return null;
    }

    private bool WithinLimits(Lane lane, long height) =>
        height <= AckBase(lane) + _settings.Limits.MaxLaneBatches && lane.HeldBytes <= _settings.Limits.MaxLaneBytes;

    private static long HighestKnown(Lane lane, long incarnation) => Math.Max(
        lane.AckTip.Incarnation == incarnation ? lane.AckTip.Height : 0,
        lane.FixedTip.Incarnation == incarnation ? lane.FixedTip.Height : 0);

    private bool HasRoom(Lane lane, BatchReference reference, int size) =>
        reference.IsAfter(lane.Frontier)
        && reference.Height >= 1
        && reference.Height <= HighestKnown(lane, reference.Incarnation) + (2 * _settings.Limits.MaxUnfixedBatches)
        && lane.EntryCount < 2 * _settings.Limits.MaxLaneBatches
        && lane.HeldBytes + size <= _settings.Limits.MaxLaneBytes;
}
