using System.Buffers.Binary;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Obeys choices of validators, and remembers what else it executed.</summary>
internal sealed class ChoosingStateMachine : IStateMachine
{
    private readonly Lock _access = new();
    private readonly List<long> _executed = [];
    private ChoosingState _state = new([0, 1, 2, 3]);

    public BlockHeight Height { get; private set; }

    public Digest StateRoot => _state.Root;

    public ChosenValidators? Chosen => _state.Chosen;

    public long[] Executed
    {
        get
        {
            lock (_access)
            {
                return [.. _executed];
            }
        }
    }

    public string? Check(ReadOnlyMemory<byte> transaction) => null;

    public ValueTask<BlockResult> ExecuteAsync(BlockInput block, CancellationToken cancellationToken)
    {
        lock (_access)
        {
            _state = _state.After(block.Height, block.Epoch, block.Transactions);
            _executed.AddRange(block.Transactions
                .Where(t => !ChoosingState.IsChoice(t))
                .Select(t => BinaryPrimitives.ReadInt64BigEndian(t.Span)));
            Height = block.Height;
            ReadOnlyMemory<byte>[] receipts = [.. block.Transactions.Select(_ => new byte[] { 1 })];
            return ValueTask.FromResult(new BlockResult(receipts, _state.Root));
        }
    }

    public void OnSealed(BlockHeader header, SealCertificate certificate)
    {
    }
}
