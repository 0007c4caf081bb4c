using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Checks messages against the validators of their epoch: the current one, and the next as soon as it is chosen. Thread
/// safe.</summary>
internal sealed class EpochVerifiers
{
    private readonly ChainId _chain;
    private readonly SignatureCache _cache;
    private ImmutableList<MessageVerifier> _known;

    public EpochVerifiers(ChainId chain, ChainEpoch current, SignatureCache cache)
    {
        _chain = chain;
        _cache = cache;
        _known = [new MessageVerifier(chain, current, cache)];
    }

    /// <summary>Takes up the next epoch.</summary>
    public void Add(ChainEpoch next)
    {
        if (_known[^1].Epoch < next.Number)
        {
            Volatile.Write(ref _known, _known.Add(new MessageVerifier(_chain, next, _cache)));
        }
    }

    /// <summary>Forgets the epochs before this one: nothing of them is of use here any more.</summary>
    public void Enter(ChainEpoch current)
    {
        Add(current);
        Volatile.Write(ref _known, _known.RemoveAll(v => v.Epoch < current.Number));
    }

    /// <summary>Says whether a validator has to check a verified batch's transactions at once, where validators vouch for one
    /// another.</summary>
    public bool IsAssigned(BatchHeader header, PublicKey validator) =>
        Volatile.Read(ref _known).Find(v => v.Epoch == header.Epoch)?.IsAssigned(header, validator) ?? true;

    /// <summary>Says whether a message may go to the machine.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isForeign">Whether it is of an epoch that cannot be checked here: nobody's fault, it comes too late or too
    /// early.</param>
    public bool Verify(ConsensusMessage message, out bool isForeign)
    {
        isForeign = false;
        if (message is Status or FetchBlocks)
        {
            return true; // Unsigned hints, of any epoch: they show who needs help to get to this one.
        }

        MessageVerifier? verifier = Volatile.Read(ref _known).Find(v => v.Epoch == message.Epoch);
        isForeign = verifier is null;
        return verifier?.Verify(message) ?? false;
    }
}
