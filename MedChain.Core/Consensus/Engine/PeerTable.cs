using System.Collections.Concurrent;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>The lanes of all peers that were heard of, by voting key: of every validator of this epoch and the next, and of a few guests,
/// of whom the one silent longest makes room. Thread safe.</summary>
internal sealed class PeerTable(CbftLimits limits)
{
    private readonly ConcurrentDictionary<PublicKey, Peer> _peers = new();
    private readonly Lock _changes = new();
    private HashSet<PublicKey> _members = [];
    private long _clock;

    /// <summary>Gets all peers that have lanes.</summary>
    public IEnumerable<Peer> All => _peers.Values;

    /// <summary>Sets who always has lanes: those who are validators, or will be.</summary>
    public void SetMembers(IEnumerable<PublicKey> members)
    {
        lock (_changes)
        {
            _members = [.. members];
        }
    }

    /// <summary>Finds a peer's lanes.</summary>
    public Peer? Find(PublicKey key) => _peers.GetValueOrDefault(key);

    /// <summary>Finds or makes the lanes of a peer that sends something.</summary>
    public Peer Hear(PublicKey from)
    {
        Peer peer = _peers.TryGetValue(from, out Peer? known) ? known : Admit(from);
        peer.Heard = Interlocked.Increment(ref _clock);
        return peer;
    }

    private Peer Admit(PublicKey key)
    {
        lock (_changes)
        {
            if (_peers.TryGetValue(key, out Peer? known))
            {
                return known;
            }

            if (!_members.Contains(key))
            {
                MakeRoom();
            }

            return _peers[key] = new Peer(key, limits);
        }
    }

    private void MakeRoom()
    {
        Peer[] guests = [.. _peers.Values.Where(p => !_members.Contains(p.Key)).OrderBy(p => p.Heard)];
        foreach (Peer guest in guests.Take(guests.Length - MachineSettings.MaxGuests + 1))
        {
            _peers.TryRemove(guest.Key, out _);
        }
    }

    /// <summary>One peer's lanes.</summary>
    internal sealed class Peer(PublicKey key, CbftLimits limits)
    {
        private long _heard;

        public PublicKey Key => key;

        public PeerLane Votes { get; } = new(key, limits);

        public PeerLane Bulk { get; } = new(key, limits);

        /// <summary>Gets or sets when it was heard of last, on the table's clock.</summary>
        public long Heard
        {
            get => Volatile.Read(ref _heard);
            set => Volatile.Write(ref _heard, value);
        }
    }
}
