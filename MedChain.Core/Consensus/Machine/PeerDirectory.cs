using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>Indices of those that a validator talks to in one epoch: the epoch's validators by their place in the set, and after them a few
/// guests, who follow the chain without a vote. A guest too many takes the place of the one that was silent longest.</summary>
internal sealed class PeerDirectory
{
    private readonly Dictionary<PublicKey, int> _indices = [];
    private readonly ImmutableArray<PublicKey>[] _single;
    private readonly long[] _heard;
    private readonly int _members;
    private long _clock;

    public PeerDirectory(ValidatorSet validators, PublicKey self)
    {
        _members = validators.Count;
        _single = new ImmutableArray<PublicKey>[_members + MachineSettings.MaxGuests];
        _heard = new long[_single.Length];
        for (int i = 0; i < _members; i++)
        {
            PublicKey key = validators.Members[i].VotingKey;
            _indices.Add(key, i);
            _single[i] = [key];
        }

        Others = [.. validators.Members.Select(m => m.VotingKey).Where(k => k != self)];
    }

    /// <summary>Gets all validators but this one.</summary>
    public ImmutableArray<PublicKey> Others { get; }

    /// <summary>The one with an index, as a list of one; empty for a guest's place that nobody has.</summary>
    public ImmutableArray<PublicKey> At(int index) => _single[index].IsDefault ? [] : _single[index];

    /// <summary>The index of a validator, or the place of a guest.</summary>
    public int Admit(PublicKey key)
    {
        if (!_indices.TryGetValue(key, out int index))
        {
            index = _members;
            for (int i = _members + 1; i < _heard.Length; i++)
            {
                index = _heard[i] < _heard[index] ? i : index;
            }

            if (!_single[index].IsDefault)
            {
                _indices.Remove(_single[index][0]);
            }

            _indices.Add(key, index);
            _single[index] = [key];
        }

        _heard[index] = ++_clock;
        return index;
    }
}
