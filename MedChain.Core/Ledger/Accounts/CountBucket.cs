using MedChain.Core.Encoding;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>How coarsely an account chain counts when it answers a task: what the transaction chain's validators see of it.</summary>
/// <param name="Size">Counts are rounded down to multiples of it, 1 to <see cref="MaxSize"/>; 1 hides nothing.</param>
internal sealed record CountBucket(long Size) : ICanonical<CountBucket>
{
    public const long MaxSize = 10_000;

    public static readonly CountBucket Exact = new(1);

    public static CountBucket Of(LedgerState state) => state.Get<CountBucket>(StateKey.CountBucket) ?? Exact;

    /// <summary>Down, never up: patients who ask for a minimum cohort must be able to rely on the number.</summary>
    public long Floor(long count) => count - (count % Size);

    void ICanonical<CountBucket>.Write(ref CanonicalWriter writer) => writer.Write(Size);

    static CountBucket ICanonical<CountBucket>.Read(ref CanonicalReader reader)
    {
        long size = reader.ReadNonNegative();
        return size is >= 1 and <= MaxSize
            ? new CountBucket(size)
            : throw new MalformedDataException($"A bucket of {size} patients; it holds 1 to {MaxSize}.");
    }
}

/// <summary>The administrator says how coarsely the chain counts from now on.</summary>
/// <param name="Bucket">The bucket.</param>
internal sealed record SetCountBucket(CountBucket Bucket) : Command
{
    private protected override CommandKind Kind => CommandKind.SetCountBucket;

    internal static SetCountBucket ReadFields(ref CanonicalReader reader) => new(reader.Read<CountBucket>());

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.Write(Bucket);
}
