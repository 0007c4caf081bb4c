using System.Buffers.Binary;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Simulation;

/// <summary>A cheap state machine: it applies each client's numbers once, chains what it applied, and obeys changes of the
/// validators.</summary>
/// <param name="count">Number of validators of epoch 0.</param>
/// <param name="rules">What they agree on.</param>
/// <param name="deduplicates">Whether repeated numbers are refused; a negative control switches it off.</param>
internal sealed class CountingWorkload(int count, ConsensusRules rules, bool deduplicates) : Workload
{
    private const int Size = 24;
    private const int SignedSize = 16;
    private const int Content = 8;
    private const long Genuine = 0x5EA1;

    /// <summary>The client under whose numbers the operators change the validators.</summary>
    private const int Operators = int.MaxValue;

    private int _changes;

    public override ChainId Chain { get; } = new(Digest.Of([7]));

    public override ValidatorSet Validators { get; } = new([.. Enumerable.Range(0, count).Select(Member)], rules);

    public override Validator MemberOf(int institution) => Member(institution);

    public override IStateMachine Open(SimulatedDisk disk) => new CountingStateMachine(this, deduplicates);

    public override string? Check(ReadOnlyMemory<byte> transaction) =>
        transaction.Length == Size && BinaryPrimitives.ReadInt64BigEndian(transaction.Span[SignedSize..]) == Genuine
            ? null
            : "Not a transaction, or not signed by its sender.";

    public override ReadOnlyMemory<byte> Encode(ClientRequest request) =>
        Encode(request.Client, (int)request.Nonce, request.Content, request.Valid);

    public override IReadOnlyList<ReadOnlyMemory<byte>> Change(ChainEpoch epoch, BlockHeight height, int leaving, int joining) =>
        [Encode(Operators, ++_changes, (epoch.Number << 16) | ((leaving + 1L) << 8) | (joining + 1L), valid: true)];

    public override (long Client, long Nonce) Identify(ReadOnlyMemory<byte> transaction) =>
        (BinaryPrimitives.ReadInt32BigEndian(transaction.Span), BinaryPrimitives.ReadInt32BigEndian(transaction.Span[4..]));

    public override bool IsExecuted(ReadOnlyMemory<byte> receipt) => receipt.Span[0] == CountingStateMachine.Applied;

    public override bool IsAnswered(ReadOnlyMemory<byte> receipt) => IsExecuted(receipt);

    /// <summary>Reads the change that a transaction makes of an epoch's validators; <see langword="null"/> for other
    /// transactions.</summary>
    public ValidatorChange? ReadChange(ReadOnlyMemory<byte> transaction, long epoch)
    {
        long content = BinaryPrimitives.ReadInt64BigEndian(transaction.Span[Content..]);
        return Identify(transaction).Client == Operators && content >> 16 == epoch
            ? ChangeOf((int)((content >> 8) & 0xff) - 1, (int)(content & 0xff) - 1)
            : null;
    }

    private static Validator Member(int institution) => new(
        SimulatedSignatures.KeyOf(institution),
        Agreement.PublicKey,
        new PublicKey(Digest.Of([1, (byte)institution]).ToArray()));

    private static byte[] Encode(int client, int nonce, long content, bool valid)
    {
        byte[] bytes = new byte[Size];
        BinaryPrimitives.WriteInt32BigEndian(bytes, client);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), nonce);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(Content), content);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(SignedSize), valid ? Genuine : 0);
        return bytes;
    }
}
