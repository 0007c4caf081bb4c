using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>One validator's lane as seen here: undelivered batches by digest, the chain acknowledged, and the highest certified
/// tip.</summary>
internal sealed class Lane
{
    private readonly Dictionary<Digest, LaneEntry> _entries = [];

    /// <summary>Heights of the current incarnation: the first digest seen from the owner, which is the only one to acknowledge.</summary>
    private readonly Dictionary<long, Digest> _firstAtHeight = [];

    private readonly Dictionary<long, FixAck?[]> _acks = [];
    private readonly int _validators;

    public Lane(int index, int validators)
    {
        Index = index;
        _validators = validators;
        Frontier = BatchReference.Start(index);
        AckTip = Frontier;
        FixedTip = Frontier;
    }

    public int Index { get; }

    /// <summary>Gets the last batch handed to execution.</summary>
    public BatchReference Frontier { get; private set; }

    /// <summary>Gets the incarnation in which batches are acknowledged.</summary>
    public long Incarnation { get; private set; }

    /// <summary>Gets the end of the chain acknowledged here: everything from the frontier to it is held.</summary>
    public BatchReference AckTip { get; set; }

    /// <summary>Gets the highest certified batch.</summary>
    public BatchReference FixedTip { get; private set; }

    public FixCertificate? FixedCertificate { get; private set; }

    /// <summary>Gets the bytes of all bodies held.</summary>
    public long HeldBytes { get; private set; }

    public int EntryCount => _entries.Count;

    /// <summary>Gets or sets the certified tip that waits longest for a cut, and since when.</summary>
    public WaitingTip? Waiting { get; set; }

    /// <summary>Gets or sets whether a tip was found to continue a frontier; both are remembered, for the question comes often.</summary>
    public (BatchReference Tip, BatchReference Frontier, bool Continues)? Continuing { get; set; }

    public LaneEntry? Find(Digest digest) => _entries.GetValueOrDefault(digest);

    /// <summary>A batch that continues one of the current incarnation.</summary>
    public LaneEntry? FindChild(BatchReference parent) => _entries.Values.FirstOrDefault(e => e.Body is not null
        && e.Header.Incarnation == Incarnation
        && e.Header.Height == parent.Height + 1
        && e.Header.Parent == parent.Digest);

    public LaneEntry? FirstAt(long height) => _firstAtHeight.TryGetValue(height, out Digest digest) ? Find(digest) : null;

    /// <summary>Follows the owner to a newer incarnation. Batches of older ones that are not certified never will be, for their owner has
    /// forgotten them; they would fill the lane for good.</summary>
    public void OpenIncarnation(long incarnation)
    {
        foreach (LaneEntry entry in _entries.Values)
        {
            bool isCertified = entry.Certificate is not null
                || (entry.Header.Incarnation == FixedTip.Incarnation && entry.Header.Height <= FixedTip.Height);
            if (entry.Header.Incarnation < incarnation && !entry.IsVotedOn && !isCertified)
            {
                Remove(entry);
            }
        }

        Incarnation = incarnation;
        _firstAtHeight.Clear();
        _acks.Clear();
        AckTip = Frontier.Incarnation == incarnation ? Frontier : new BatchReference(Index, incarnation, 0, default);
    }

    public LaneEntry Add(BatchHeader header, Batch? body)
    {
        if (!_entries.TryGetValue(header.Digest, out LaneEntry? entry))
        {
            entry = new LaneEntry(header);
            _entries.Add(header.Digest, entry);
        }

        if (entry.Body is null && body is not null)
        {
            entry.Body = body;
            HeldBytes += body.Encoded.Length;
        }

        if (FixedCertificate is { } certificate && certificate.Reference == entry.Reference)
        {
            entry.Certificate = certificate;
        }

        return entry;
    }

    /// <summary>Remembers the first digest that the owner sent for a height.</summary>
    /// <returns>The entry that holds the height: another than <paramref name="entry"/> when the owner sent two.</returns>
    public LaneEntry ClaimHeight(LaneEntry entry)
    {
        if (FirstAt(entry.Header.Height) is { } first)
        {
            return first;
        }

        _firstAtHeight[entry.Header.Height] = entry.Header.Digest;
        return entry;
    }

    /// <summary>Counts an acknowledgement.</summary>
    /// <param name="ack">The acknowledgement, of the current incarnation.</param>
    /// <param name="quorum">How many fix the batch.</param>
    /// <returns>A certificate when this acknowledgement completed one.</returns>
    public FixCertificate? AddAck(FixAck ack, int quorum)
    {
        if (!_acks.TryGetValue(ack.Reference.Height, out FixAck?[]? row))
        {
            row = new FixAck?[_validators];
            _acks.Add(ack.Reference.Height, row);
        }

        if (row[ack.Validator] is not null)
        {
            return null;
        }

        row[ack.Validator] = ack;
        int count = 0;
        foreach (FixAck? other in row)
        {
            count += other?.Reference == ack.Reference ? 1 : 0;
        }

        return count == quorum
            ? new FixCertificate(
                ack.Epoch,
                ack.Reference,
                [.. row.Where(a => a?.Reference == ack.Reference).Select(a => new ValidatorSignature(a!.Validator, a.Signature))])
            : null;
    }

    /// <summary>Takes a verified certificate; the highest one is the lane's tip.</summary>
    public void SetFixed(FixCertificate certificate)
    {
        if (Find(certificate.Reference.Digest) is { } entry)
        {
            entry.Certificate = certificate;
        }

        if (certificate.Reference.IsAfter(FixedTip))
        {
            FixedTip = certificate.Reference;
            FixedCertificate = certificate;
        }
    }

    /// <summary>Everything up to a batch was delivered: forget it.</summary>
    public void Advance(BatchReference frontier)
    {
        Frontier = frontier;
        foreach (LaneEntry entry in _entries.Values)
        {
            if (!entry.Reference.IsAfter(frontier))
            {
                Remove(entry);
            }
        }

        if (frontier.Incarnation > Incarnation)
        {
            OpenIncarnation(frontier.Incarnation);
        }

        if (frontier.Incarnation == Incarnation)
        {
            Forget(_firstAtHeight, frontier.Height);
            Forget(_acks, frontier.Height);
            if (!AckTip.IsAfter(frontier))
            {
                AckTip = frontier;
            }
        }

        if (!FixedTip.IsAfter(frontier))
        {
            FixedTip = frontier;
            FixedCertificate = null;
        }
    }

    /// <summary>The undelivered batches that are in the log under a slot up to the given one, in order of place.</summary>
    public IEnumerable<LaneEntry> LoggedUpTo(long slot) => _entries.Values
        .Where(e => e.LoggedSlot > 0 && e.LoggedSlot <= slot && e.Body is not null)
        .OrderBy(e => e.Header.Incarnation).ThenBy(e => e.Header.Height).ThenBy(e => e.Header.Digest);

    private void Remove(LaneEntry entry)
    {
        _entries.Remove(entry.Header.Digest);
        HeldBytes -= entry.Body?.Encoded.Length ?? 0;
    }

    private static void Forget<T>(Dictionary<long, T> byHeight, long upTo)
    {
        foreach (long height in byHeight.Keys)
        {
            if (height <= upTo)
            {
                byHeight.Remove(height);
            }
        }
    }
}
