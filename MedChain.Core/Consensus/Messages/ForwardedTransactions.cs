using MedChain.Core.Encoding;

namespace MedChain.Core.Consensus.Messages;

/// <summary>From a validator that has left to one that stays: transactions that it had accepted and that no block took. Unsigned: they are
/// checked like those of any client.</summary>
/// <param name="Epoch">The epoch that has begun.</param>
/// <param name="IsBackup">Whether another validator was given them to order.</param>
/// <param name="Transactions">1 or more, up to <see cref="MaxBytes"/> in all unless it is a single one.</param>
internal sealed record ForwardedTransactions(long Epoch, bool IsBackup, IReadOnlyList<ReadOnlyMemory<byte>> Transactions)
    : ConsensusMessage, ICanonical<ForwardedTransactions>
{
    /// <summary>Most bytes of the transactions of one message.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Most transactions of one message.</summary>
    public const int MaxCount = 4_096;

    public override MessageKind Kind => MessageKind.ForwardedTransactions;

    public override long Epoch { get; init; } = Epoch;

    void ICanonical<ForwardedTransactions>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Epoch);
        writer.Write(IsBackup);
        writer.BeginArray(Transactions.Count);
        foreach (ReadOnlyMemory<byte> transaction in Transactions)
        {
            writer.Write(transaction.Span);
        }
    }

    static ForwardedTransactions ICanonical<ForwardedTransactions>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        long epoch = reader.ReadNonNegative();
        bool isBackup = reader.ReadBoolean();
        var transactions = new ReadOnlyMemory<byte>[reader.ReadArrayCount(MaxCount)];
        int left = MaxBytes;
        for (int i = 0; i < transactions.Length; i++)
        {
            transactions[i] = reader.ReadBytes(Math.Min(left, WireLimits.MaxTransactionBytes));
            left -= transactions[i].Length;
        }

        return transactions.Length > 0 ? new ForwardedTransactions(epoch, isBackup, transactions)
            : throw new MalformedDataException("A message forwards no transaction.");
    }
}
