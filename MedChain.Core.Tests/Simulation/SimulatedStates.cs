using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Simulation;

/// <summary>What the shell does around the states of one life of a process: keeps them for peers, fetches them, installs them, and drops
/// old blocks.</summary>
internal sealed class SimulatedStates
{
    private readonly SimulatedCluster _cluster;
    private readonly SimulatedNode _node;
    private readonly IStateMachine _machine;
    private readonly CheckpointKeeper _keeper;
    private readonly StateFetcher _fetcher;

    public SimulatedStates(SimulatedCluster cluster, SimulatedNode node, IStateMachine machine, RecoveredChain recovered)
    {
        (_cluster, _node, _machine) = (cluster, node, machine);
        _keeper = new CheckpointKeeper(
            cluster.Protocol.Limits, machine, h => node.Disk.Find(h.Value) is { } block ? (block.Header, block.Body) : null);
        _fetcher = new StateFetcher(machine, cluster.Protocol.Limits, cluster.Protocol.VerifySeal);
        _keeper.Resume(recovered, seal: null);
    }

    private long Now => _node.Clock.MonotonicAt(_cluster.Now);

    public void OnExecuted(BlockHeight height) => _keeper.OnExecuted(height);

    public void OnSealed(BlockHeader header, SealCertificate certificate) => _keeper.OnSealed(header, certificate, _node.History!);

    /// <summary>Takes a message that belongs here.</summary>
    public bool TryTake(PublicKey from, ConsensusMessage message)
    {
        switch (message)
        {
            case FetchCheckpoint or FetchChunk:
                if (_keeper.Answer(message) is { } answer)
                {
                    _cluster.Send(_node, new Effect.Post([from], Envelope.Encode(answer), 0));
                }

                return true;
            case CheckpointData or ChunkData:
                Let(() => _fetcher.OnAnswer(from, message, Now));
                return true;
            default:
                return false;
        }
    }

    public void OnBehind(Effect.FetchState effect) => Let(() => _fetcher.OnBehind(effect, Now));

    public void OnDropped() => _fetcher.OnEnded();

    /// <summary>The store first, then the state; the process may die in between.</summary>
    public void Install(Effect.InstallState effect)
    {
        Checkpoint checkpoint = effect.Checkpoint.Complete(effect.History);
        _node.Disk.StartAfter(checkpoint, _cluster.Protocol.Genesis);
        _cluster.After(_cluster.DiskDelay(_node), _node, () =>
        {
            _fetcher.Restore!.CompleteAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            _cluster.Checker.OnRestored(_node, checkpoint.Header, _machine.StateRoot);
            _keeper.Hold(checkpoint, _machine.TakeSnapshot()!);
            _fetcher.OnEnded();
            _node.Step(new Input.StateInstalled(checkpoint, _machine.Chosen));
        });
    }

    /// <summary>Blocks were flushed: old ones may go.</summary>
    public void Prune()
    {
        var head = new BlockHeight(_node.Disk.HeadHeight);
        if (_keeper.HasAnchor(head)
            && _keeper.TakeAnchor(head, _machine.FlushAsync(CancellationToken.None).AsTask().Result) is { } anchor
            && anchor.Height.Value > _node.Disk.AnchorHeight)
        {
            _node.Disk.StartAfter(anchor, _cluster.Protocol.Genesis);
            _node.Step(new Input.BlocksPruned(anchor.Height.Next));
        }
    }

    /// <summary>Does something to the fetcher, and then what it asks for.</summary>
    private void Let(Action happen)
    {
        happen();
        foreach ((PublicKey to, ConsensusMessage message) in _fetcher.TakeOutbox())
        {
            _cluster.Send(_node, new Effect.Post([to], Envelope.Encode(message), 0));
        }

        if (_fetcher.TryHandOver() is { } received)
        {
            _node.Step(received);
        }
    }
}
