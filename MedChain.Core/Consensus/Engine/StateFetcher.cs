using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Checks what peers answer, and feeds it to a <see cref="StateTransfer"/>. Not thread safe; time is given.</summary>
/// <param name="machine">What the state is for.</param>
/// <param name="limits">Times.</param>
/// <param name="verify">What checks a seal's signatures; <see langword="null"/> for Ed25519.</param>
internal sealed class StateFetcher(IStateMachine machine, CbftLimits limits, Func<ValidatorSet, SealCertificate, bool>? verify = null)
{
    /// <summary>How many resend intervals a peer has for an answer.</summary>
    private const int Patience = 8;

    private readonly StateTransfer _transfer = new(Patience * (long)limits.ResendInterval.TotalMilliseconds);
    private ValidatorHistory? _known;
    private ValidatorHistory? _history;
    private BlockHeight _above;
    private ReadOnlyMemory<byte> _manifest;
    private bool _isHandedOver;

    /// <summary>Gets the received state; its chunks are all there once <see cref="TryHandOver"/> has said so.</summary>
    public IStateRestore? Restore { get; private set; }

    /// <summary>This validator lacks what only a state can give.</summary>
    public void OnBehind(Effect.FetchState effect, long now)
    {
        (_known, _above) = (effect.History, effect.Above);
        _transfer.OnBehind(effect.History.Latest.Number, effect.Above, effect.Peers, now);
    }

    /// <summary>A peer answers.</summary>
    public void OnAnswer(PublicKey from, ConsensusMessage message, long now)
    {
        switch (message)
        {
            case CheckpointData data when _transfer.OwedBy(from) > 0:
                _transfer.OnCheckpoint(from, Check(data), Restore?.ChunkCount ?? 0, now);
                break;
            case ChunkData chunk when _transfer.Expects(from, chunk):
                _transfer.OnChunk(from, chunk, !chunk.Bytes.IsEmpty && Restore!.TryAdd(chunk.Index, chunk.Bytes), now);
                break;
        }
    }

    public void OnTime(long now) => _transfer.OnTime(now);

    /// <summary>The state was put to use, or came too late.</summary>
    public void OnEnded()
    {
        _isHandedOver = false;
        _transfer.OnEnded();
    }

    /// <summary>How many answers a peer owes.</summary>
    public int OwedBy(PublicKey peer) => _transfer.OwedBy(peer);

    /// <summary>Takes what is to be sent.</summary>
    public IReadOnlyList<(PublicKey To, ConsensusMessage Message)> TakeOutbox() => _transfer.TakeOutbox();

    /// <summary>Says once that the whole state is here.</summary>
    public Input.StateReceived? TryHandOver()
    {
        if (_isHandedOver || _transfer is not { IsComplete: true, Checkpoint: { } checkpoint })
        {
            return null;
        }

        _isHandedOver = true;
        return new Input.StateReceived(checkpoint, _history!);
    }

    private Checkpoint? Check(CheckpointData data)
    {
        if (_transfer.IsReceiving || _transfer.IsComplete || _known is null || data.Checkpoint.Height <= _above)
        {
            return null;
        }

        if (_transfer.Checkpoint?.Header.Hash == data.Checkpoint.Header.Hash && _manifest.Span.SequenceEqual(data.Manifest.Span))
        {
            return _transfer.Checkpoint; // The chunks that came before still count.
        }

        if (data.Checkpoint.TryVerify(_known, verify) is not { } history
            || machine.BeginRestore(data.Checkpoint.Header, data.Manifest) is not { } restore)
        {
            return null;
        }

        _history = history;
        _manifest = data.Manifest;
        Restore = restore;
        return data.Checkpoint;
    }
}
