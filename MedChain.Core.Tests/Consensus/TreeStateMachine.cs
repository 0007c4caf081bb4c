using System.Buffers.Binary;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Encoding;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Consensus;

/// <summary>A state machine that can give its state away: every transaction is a key, and the blocks' choices of validators are one too.
/// What is durable survives <see cref="Restart"/>.</summary>
internal sealed class TreeStateMachine : IStateMachine
{
    private const int ChunkBytes = 256;
    private const byte Marker = 0xee;
    private static readonly byte[] ChoiceKey = [0xff, 0xff];

    private readonly Lock _access = new();
    private StateTree _tree = StateTree.Empty;
    private (BlockHeight Height, StateTree Tree) _durable = (default, StateTree.Empty);

    public BlockHeight Height { get; private set; }

    public Digest StateRoot => _tree.Root;

    /// <summary>Gets how many blocks were executed, and how many states taken over.</summary>
    public int Executed { get; private set; }

    public int Restored { get; private set; }

    /// <summary>Gets or sets what happens in the moment before a received state is put in the place of the old one.</summary>
    public Action? BeforeReplacing { get; set; }

    public int Count => _tree.Count;

    public ChosenValidators? Chosen => _tree.TryGet(ChoiceKey) is { } value
        ? new ChosenValidators(
            new BlockHeight(BinaryPrimitives.ReadInt64BigEndian(value.Span)),
            SnapshotCluster.SetOf([.. value[8..].ToArray().Select(b => (int)b)]))
        : null;

    public bool Holds(ReadOnlySpan<byte> transaction) => _tree.TryGet(KeyOf(transaction)) is not null;

    /// <summary>What a process finds that starts again.</summary>
    public void Restart() => (Height, _tree) = _durable;

    /// <summary>The state is lost altogether.</summary>
    public void Lose()
    {
        _durable = (default, StateTree.Empty);
        Restart();
    }

    public string? Check(ReadOnlyMemory<byte> transaction) => null;

    public ValueTask<BlockResult> ExecuteAsync(BlockInput block, CancellationToken cancellationToken)
    {
        lock (_access)
        {
            StateTree tree = _tree;
            foreach (ReadOnlyMemory<byte> transaction in block.Transactions)
            {
                bool mayChoose = Chosen is not { } chosen || chosen.Last.Value < block.Height.Value;
                if (!IsChoice(transaction.Span))
                {
                    tree = tree.With(KeyOf(transaction.Span), transaction);
                }
                else if (mayChoose)
                {
                    byte[] height = new byte[8];
                    BinaryPrimitives.WriteInt64BigEndian(height, block.Height.Value);
                    tree = tree.With(ChoiceKey, (byte[])[.. height, .. transaction.Span[1..]]);
                }
            }

            (_tree, Height) = (tree, block.Height);
            Executed++;
            ReadOnlyMemory<byte>[] receipts = [.. block.Transactions.Select(_ => new byte[] { 1 })];
            return ValueTask.FromResult(new BlockResult(receipts, tree.Root));
        }
    }

    public void OnSealed(BlockHeader header, SealCertificate certificate)
    {
    }

    public IStateSnapshot TakeSnapshot() => new Snapshot(StateCut.Of(_tree, ChunkBytes));

    public IStateRestore? BeginRestore(BlockHeader header, ReadOnlyMemory<byte> manifest) =>
        StateAssembly.TryBegin(manifest, header.StateRoot) is { } assembly ? new Restoring(this, assembly, header) : null;

    public ValueTask<BlockHeight> FlushAsync(CancellationToken cancellationToken)
    {
        lock (_access)
        {
            _durable = (Height, _tree);
            return ValueTask.FromResult(Height);
        }
    }

    /// <summary>A transaction that chooses the institutions of the next epoch.</summary>
    public static byte[] Choice(params int[] members) => [Marker, .. members.Select(m => (byte)m)];

    private static bool IsChoice(ReadOnlySpan<byte> transaction) => transaction[0] == Marker;

    private static byte[] KeyOf(ReadOnlySpan<byte> transaction) => transaction[..Math.Min(32, transaction.Length)].ToArray();

    private sealed class Snapshot(StateCut cut) : IStateSnapshot
    {
        public ReadOnlyMemory<byte> Manifest => Canonical.Encode(cut.Manifest);

        public int ChunkCount => cut.ChunkCount;

        public ReadOnlyMemory<byte> ReadChunk(int index) => cut.Encode(index);
    }

    private sealed class Restoring(TreeStateMachine machine, StateAssembly assembly, BlockHeader header) : IStateRestore
    {
        public int ChunkCount => assembly.ChunkCount;

        public bool TryAdd(int index, ReadOnlyMemory<byte> chunk) => assembly.TryAdd(index, chunk);

        public ValueTask CompleteAsync(CancellationToken cancellationToken)
        {
            machine.BeforeReplacing?.Invoke();
            lock (machine._access)
            {
                (machine._tree, machine.Height) = (assembly.Complete(), header.Height);
                machine._durable = (machine.Height, machine._tree);
                machine.Restored++;
            }

            return ValueTask.CompletedTask;
        }
    }
}
