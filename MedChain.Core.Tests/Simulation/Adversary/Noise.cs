using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Simulation.Adversary;

/// <summary>What a lying validator sends without being asked: old messages of anybody, bytes that are no message, certificates out of
/// nothing, and far too much of everything.</summary>
internal sealed class Noise(SimulatedProtocol protocol, SimulatedNode node, OwnKey key, Mutator mutator, SeededRandom random)
{
    private const int FloodSize = 24;
    private const int FarAhead = 200;

    public static bool IsUnasked(FaultClass fault) =>
        fault is FaultClass.ReplayedMessages or FaultClass.Garbage or FaultClass.Flood or FaultClass.ForgedCertificates
            or FaultClass.ForeignSigner;

    /// <summary>Makes messages.</summary>
    /// <param name="lie">What is wanted.</param>
    /// <param name="heard">Messages of others.</param>
    public IEnumerable<ReadOnlyMemory<byte>> Make(Incident.Lie lie, IReadOnlyList<ReadOnlyMemory<byte>> heard)
    {
        ReplicaState state = node.State!;
        switch (lie.Class)
        {
            case FaultClass.Garbage:
                yield return Garbage(heard);
                break;
            case FaultClass.Flood:
                for (int i = 0; i < FloodSize; i++)
                {
                    yield return i % 3 == 0 && heard.Count > 0 ? random.Pick(heard) : FarMessage(state);
                }

                break;
            case FaultClass.ForgedCertificates:
                yield return InventedCertificate(state);
                if (heard.Count > 0 && mutator.Forge(random.Pick(heard)) is { } forged)
                {
                    yield return forged;
                }

                break;
            case FaultClass.ForeignSigner:
                foreach (ConsensusMessage signed in SignElsewhere())
                {
                    yield return Envelope.Encode(key.Sign(signed));
                }

                break;
            default:
                for (int i = 0; i < 3 && heard.Count > 0; i++)
                {
                    yield return random.Pick(heard);
                }

                break;
        }
    }

    /// <summary>A status that promises too much, or too little.</summary>
    public ReadOnlyMemory<byte> LieAbout(Status status, SeededRandom choices) => Envelope.Encode(choices.Next(4) switch
    {
        0 => status with { Stored = new BlockHeight(status.Stored.Value + 1 + choices.Next(50)) },
        1 => status with { Stored = new BlockHeight(long.MaxValue / 2), Sealed = new BlockHeight(long.MaxValue / 2) },
        2 => status with { View = new ViewNumber(0), Active = false, Stored = default, Sealed = default },
        _ => status with { View = new ViewNumber(status.View.Value + choices.Next(9)) },
    });

    private ValidatorSet Validators => protocol.Find(node.Epoch)!.Validators;

    private ReadOnlyMemory<byte> Garbage(IReadOnlyList<ReadOnlyMemory<byte>> heard)
    {
        switch (random.Next(4))
        {
            case 0:
                return random.Bytes(random.Next(300));
            case 1: // The right beginning, then anything.
                return (byte[])[Envelope.Version, (byte)(1 + random.Next(20)), .. random.Bytes(random.Next(300))];
            case 2: // An array or bytes that claim to be 4 GiB long.
                return (byte[])[Envelope.Version, (byte)(1 + random.Next(15)), .. random.Chance(0.5) ? [0xdd] : (byte[])[0x92, 0xc6],
                    0xff, 0xff, 0xff, 0xff, .. random.Bytes(20)];
            default:
                ReadOnlyMemory<byte> whole = heard.Count == 0 ? random.Bytes(50) : random.Pick(heard);
                return whole[..random.Next(whole.Length)];
        }
    }

    private ReadOnlyMemory<byte> FarMessage(ReplicaState state)
    {
        var slot = new SlotNumber(state.Ordered + 1 + random.Next(FarAhead));
        var view = new ViewNumber(state.View.Value + random.Next(FarAhead));
        var digest = new Digest(random.Bytes(Digest.Size));
        VotePhase phase = random.Chance(0.5) ? VotePhase.Prepare : VotePhase.Commit;
        int lane = random.Next(Validators.Count);
        int self = Math.Max(0, key.Index);
        long epoch = Math.Max(0, node.Epoch + (random.Next(6) switch { 0 => -1, 1 => 1, _ => 0 }));
        var place = new BatchReference(lane, 1 + random.Next(4), 1 + random.Next(FarAhead), digest);
        ConsensusMessage message = random.Next(8) switch
        {
            0 => new Vote(phase, epoch, view, slot, digest, self, default),
            1 => new SealVote(epoch, new BlockHeight(slot.Value), digest, self, default),
            2 => new ViewChange(epoch, view, null, [], self, default),
            3 => new FixAck(epoch, place, self, default),
            4 => new FetchBatches(epoch, [place]),
            5 => new FetchBlocks(epoch, new BlockHeight(1 + random.Next(20)), WireLimits.MaxFetchedBlocks),
            6 => FarBatch(epoch, place),
            _ => new Status(epoch, view, true, new BlockHeight(slot.Value), new BlockHeight(slot.Value), new BlockHeight(1), default),
        };
        return Envelope.Encode(key.Sign(message));
    }

    /// <summary>Votes for and seals its last block, which is as it should be, but in an epoch in which it has no say: under the index that
    /// it has in the next epoch or had in the one before.</summary>
    private IEnumerable<ConsensusMessage> SignElsewhere()
    {
        long epoch = node.Disk.Head?.Header.Epoch ?? 0;
        int index = Math.Max(key.IndexIn(epoch + 1), key.IndexIn(epoch - 1));
        if (node.Disk.Head is { } head && key.IndexIn(epoch) < 0 && index >= 0)
        {
            VoteCertificate commit = head.Body.Commit;
            yield return new SealVote(epoch, head.Header.Height, head.Header.Hash, index, default);
            yield return new Vote(VotePhase.Commit, epoch, commit.View, commit.Slot, commit.Value, index, default);
            var next = new SlotNumber(commit.Slot.Value + 1);
            yield return new Vote(VotePhase.Prepare, epoch, commit.View, next, commit.Value, index, default);
        }
    }

    private BatchMessage FarBatch(long epoch, BatchReference place)
    {
        var header = new BatchHeader(
            protocol.Chain, epoch, Math.Max(0, key.Index), place.Incarnation, place.Height, place.Digest, 1, 1, default);
        return new BatchMessage(key.Sign(header, [random.Bytes(24)]));
    }

    /// <summary>A certificate signed by nobody else: one signer as often as it takes.</summary>
    private ReadOnlyMemory<byte> InventedCertificate(ReplicaState state)
    {
        var digest = new Digest(random.Bytes(Digest.Size));
        int self = Math.Max(0, key.Index);
        var place = new BatchReference(self, 1, 1 + random.Next(20), digest);
        var height = new BlockHeight(state.Ordered + 1 + random.Next(10));
        bool fix = random.Chance(0.5);
        byte[] statement = fix
            ? place.AckStatement(protocol.Chain, node.Epoch)
            : SealCertificate.Statement(protocol.Chain, node.Epoch, height, digest);
        bool distinct = random.Chance(0.5);
        Signature signature = key.Sign(statement);
        ImmutableArray<ValidatorSignature> signatures = [.. Enumerable.Range(0, Validators.Quorum)
            .Select(i => new ValidatorSignature(distinct ? i : self, signature))];
        return Envelope.Encode(fix
            ? new FixCertificate(node.Epoch, place, signatures)
            : new SealMessage(new SealCertificate(protocol.Chain, node.Epoch, height, digest, signatures)));
    }
}
