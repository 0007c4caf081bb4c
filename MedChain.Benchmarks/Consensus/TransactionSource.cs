using System.Buffers.Binary;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;

namespace MedChain.Benchmarks.Consensus;

/// <summary>Makes transactions: a number, for signed ones a public key and a signature, then filling. Signed ones are made before the run,
/// so that the client's signing is not measured. Thread safe.</summary>
internal sealed class TransactionSource
{
    public const int NumberSize = sizeof(long);
    public const int SignedSize = NumberSize + PublicKey.Size + Signature.Size;

    /// <summary>More than two cores can verify in a second.</summary>
    private const int SignedPerSecond = 30_000;

    private readonly int _size;
    private readonly byte[][] _signed;
    private long _last;

    public TransactionSource(ConsensusLoad load)
    {
        _size = load.PayloadBytes;
        _signed = load.Signatures == SignatureMode.Off ? [] : Sign(_size, load.WarmUp + load.Measured);
    }

    /// <summary>Takes the next transaction.</summary>
    /// <returns>It and its number; <see langword="null"/> when the signed ones are used up.</returns>
    public (long Number, byte[] Bytes)? Take()
    {
        long number = Interlocked.Increment(ref _last);
        if (_signed.Length == 0)
        {
            return (number, Make(number, _size));
        }

        return number <= _signed.Length ? (number, _signed[number - 1]) : null;
    }

    public static long NumberOf(ReadOnlySpan<byte> transaction) => BinaryPrimitives.ReadInt64BigEndian(transaction);

    /// <summary>Verifies the signature of a signed transaction over its number and filling.</summary>
    public static bool IsSigned(ReadOnlySpan<byte> transaction)
    {
        if (transaction.Length < SignedSize)
        {
            return false;
        }

        var key = new PublicKey(transaction.Slice(NumberSize, PublicKey.Size));
        var signature = new Signature(transaction.Slice(NumberSize + PublicKey.Size, Signature.Size));
        return SignatureVerifier.Verify(key, SignedPart(transaction), signature);
    }

    private static byte[][] Sign(int size, TimeSpan duration)
    {
        byte[][] transactions = new byte[(int)(SignedPerSecond * duration.TotalSeconds)][];
        using var key = SigningKey.Create();
        Parallel.For(0, transactions.Length, i =>
        {
            byte[] transaction = Make(i + 1, size);
            Signature signature = key.Sign(SignedPart(transaction));
            key.PublicKey.CopyTo(transaction.AsSpan(NumberSize));
            signature.CopyTo(transaction.AsSpan(NumberSize + PublicKey.Size));
            transactions[i] = transaction;
        });
        return transactions;
    }

    private static byte[] Make(long number, int size)
    {
        byte[] transaction = new byte[size];
        BinaryPrimitives.WriteInt64BigEndian(transaction, number);
        return transaction;
    }

    private static byte[] SignedPart(ReadOnlySpan<byte> transaction) => [.. transaction[..NumberSize], .. transaction[SignedSize..]];
}
