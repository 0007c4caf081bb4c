using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;

namespace MedChain.Core.Consensus.Machine;

/// <summary>Messages of the next epoch from its validators, kept until this validator enters it. Bounded: a few small ones of each; what is
/// left out is sent again or fetched.</summary>
internal sealed class EarlyMessages
{
    private const int MaxOfEach = 64;

    private readonly List<Input.PeerMessage> _messages = [];

    /// <summary>Keeps a message, if its sender will be a validator and has room.</summary>
    public void Add(Input.PeerMessage message, ValidatorSet next)
    {
        bool small = message.Message is not (BatchMessage or BatchesData or BlocksData or NewView);
        if (small
            && next.Members.Any(m => m.VotingKey == message.From)
            && _messages.Count(m => m.From == message.From) < MaxOfEach)
        {
            _messages.Add(message);
        }
    }

    public BufferSize Measure() => new("machine.early", _messages.Count, (long)MaxOfEach * ValidatorSet.MaxCount);

    public Input.PeerMessage[] TakeAll()
    {
        Input.PeerMessage[] all = [.. _messages];
        _messages.Clear();
        return all;
    }
}
