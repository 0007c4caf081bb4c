using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Resharing;

/// <summary>An old holder's deal, as the state knows it.</summary>
/// <param name="Dealer">The old holder's place.</param>
/// <param name="Deal">The attachment (<see cref="ShareDeal"/>).</param>
/// <param name="IsDropped">Whether the dealer did not answer an accusation in time.</param>
internal readonly record struct Dealing(int Dealer, Digest Deal, bool IsDropped) : ICanonical<Dealing>
{
    void ICanonical<Dealing>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write((long)Dealer);
        writer.Write(Deal);
        writer.Write(IsDropped);
    }

    static Dealing ICanonical<Dealing>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new Dealing(reader.ReadInt32(0, ValidatorSet.MaxCount - 1), reader.ReadDigest(), reader.ReadBoolean());
    }
}

/// <summary>A new holder says that its part of a deal is not good.</summary>
/// <param name="Holder">The new holder's place.</param>
/// <param name="Dealer">The old holder's place.</param>
/// <param name="Deadline">Block time by which the dealer must answer.</param>
/// <param name="Answer">The part, in the open and checked against the deal's commitments; empty while the dealer has not answered.</param>
internal sealed record Accusation(int Holder, int Dealer, long Deadline, ReadOnlyMemory<byte> Answer) : ICanonical<Accusation>
{
    public bool IsOpen => Answer.IsEmpty;

    void ICanonical<Accusation>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write((long)Holder);
        writer.Write((long)Dealer);
        writer.Write(Deadline);
        writer.Write(Answer.Span);
    }

    static Accusation ICanonical<Accusation>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new Accusation(
            reader.ReadInt32(0, ValidatorSet.MaxCount - 1),
            reader.ReadInt32(0, ValidatorSet.MaxCount - 1),
            reader.ReadNonNegative(),
            reader.ReadBytes(SecretScalar.Size).ToArray());
    }
}

/// <summary>How far the shares of a record's key are on their way to new holders.</summary>
/// <param name="Epoch">The epoch whose validators are the new holders.</param>
/// <param name="Deals">The deals, in the order of the chain.</param>
/// <param name="Accusations">What new holders miss.</param>
/// <param name="Pending">The new key header, which follows from the first deals that are enough; zero while they are too few.</param>
/// <param name="SettlesAt">Block time from which a quorum of new holders suffices; before, all must have accepted.</param>
/// <param name="Handles">For each new holder the handle of its new share; zero while it has accepted none.</param>
internal sealed record ReshareEntry(
    long Epoch,
    ImmutableArray<Dealing> Deals,
    ImmutableArray<Accusation> Accusations,
    Digest Pending,
    long SettlesAt,
    ImmutableArray<Digest> Handles) : ICanonical<ReshareEntry>
{
    private const int MaxAccusations = ValidatorSet.MaxCount * ValidatorSet.MaxCount;

    /// <summary>Nobody has dealt yet.</summary>
    public static ReshareEntry New(long epoch, ValidatorSet holders) =>
        new(epoch, [], [], default, 0, [.. Enumerable.Repeat(default(Digest), holders.Count)]);

    /// <summary>How many new holders have accepted.</summary>
    public int Accepted => Handles.Count(h => !h.IsZero);

    /// <summary>The deals from which the new header follows: the first that are enough and not dropped.</summary>
    public ImmutableArray<Dealing> Chosen(int needed) => [.. Deals.Where(d => !d.IsDropped).Take(needed)];

    /// <summary>All attachments that are no longer needed when this is over.</summary>
    public IEnumerable<Digest> Attachments => Deals.Select(d => d.Deal);

    void ICanonical<ReshareEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(6);
        writer.Write(Epoch);
        writer.WriteList(Deals);
        writer.WriteList(Accusations);
        writer.Write(Pending);
        writer.Write(SettlesAt);
        writer.WriteDigests(Handles);
    }

    static ReshareEntry ICanonical<ReshareEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(6);
        return new ReshareEntry(
            reader.ReadNonNegative(),
            [.. reader.ReadList<Dealing>(ValidatorSet.MaxCount)],
            [.. reader.ReadList<Accusation>(MaxAccusations)],
            reader.ReadDigest(),
            reader.ReadNonNegative(),
            reader.ReadDigests(ValidatorSet.MaxCount));
    }
}
