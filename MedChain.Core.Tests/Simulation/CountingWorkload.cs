using System.Buffers.Binary;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Simulation;

/// <summary>A cheap state machine: it applies each client's numbers once and chains what it applied.</summary>
/// <param name="count">Number of validators.</param>
/// <param name="deduplicates">Whether repeated numbers are refused; a negative control switches it off.</param>
internal sealed class CountingWorkload(int count, bool deduplicates) : Workload
{
    private const int Size = 24;
    private const int SignedSize = 16;
    private const long Genuine = 0x5EA1;

    public override ChainId Chain { get; } = new(Digest.Of([7]));

    public override ValidatorSet Validators { get; } = new([.. Enumerable.Range(0, count).Select(i =>
        new Validator(SimulatedSignatures.KeyOf(i), default, new PublicKey(Digest.Of([1, (byte)i]).ToArray())))]);

    public override IStateMachine Open(SimulatedDisk disk) => new CountingStateMachine(this, deduplicates);

    public override string? Check(ReadOnlyMemory<byte> transaction) =>
        transaction.Length == Size && BinaryPrimitives.ReadInt64BigEndian(transaction.Span[SignedSize..]) == Genuine
            ? null
            : "Not a transaction, or not signed by its sender.";

    public override ReadOnlyMemory<byte> Encode(ClientRequest request)
    {
        byte[] bytes = new byte[Size];
        BinaryPrimitives.WriteInt32BigEndian(bytes, request.Client);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), (int)request.Nonce);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), request.Content);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(SignedSize), request.Valid ? Genuine : 0);
        return bytes;
    }

    public override (long Client, long Nonce) Identify(ReadOnlyMemory<byte> transaction) =>
        (BinaryPrimitives.ReadInt32BigEndian(transaction.Span), BinaryPrimitives.ReadInt32BigEndian(transaction.Span[4..]));

    public override bool IsExecuted(ReadOnlyMemory<byte> receipt) => receipt.Span[0] == CountingStateMachine.Applied;
}
