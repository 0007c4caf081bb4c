using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Consensus;

/// <summary>One message of every kind, always the same.</summary>
internal static class MessageSamples
{
    private static readonly Signature Signature = new([.. Enumerable.Range(0, Signature.Size).Select(i => (byte)i)]);
    private static readonly ImmutableArray<ValidatorSignature> Quorum = [new(0, Signature), new(2, Signature), new(3, Signature)];
    private static readonly Batch Batch = MachineHarness.BatchOf(2, 1);
    private static readonly Cut Cut = MachineHarness.CutOf(5, 1, new BatchReference(0, 3, 300, Digest.Of([8])), Batch.Header.Reference);
    private static readonly Cut Other = MachineHarness.CutOf(6, 1, Batch.Header.Reference);
    private static readonly FixCertificate Fix = new(0, Batch.Header.Reference, Quorum);
    private static readonly SealCertificate Seal = new(MachineHarness.Chain, 0, new BlockHeight(4), Digest.Of([2]), Quorum);

    public static IReadOnlyDictionary<string, ConsensusMessage> All { get; } = new SortedDictionary<string, ConsensusMessage>
    {
        ["batch"] = new BatchMessage(Batch),
        ["fix-ack"] = new FixAck(0, Batch.Header.Reference, 1, Signature),
        ["fix-certificate"] = Fix,
        ["pre-prepare"] = new PrePrepare(0, new ViewNumber(1), Cut, Signature),
        ["prepare"] = new Vote(VotePhase.Prepare, 0, new ViewNumber(1), new SlotNumber(5), Cut.Digest, 3, Signature),
        ["commit"] = new Vote(VotePhase.Commit, 0, new ViewNumber(1), new SlotNumber(5), Cut.Digest, 3, Signature),
        ["seal"] = new SealVote(0, new BlockHeight(4), Digest.Of([2]), 3, Signature),
        ["seal-certificate"] = new SealMessage(Seal),
        ["view-change"] = Change(0),
        ["new-view"] = new NewView(0, new ViewNumber(2), [Change(0), Change(1), Change(3)], Signature),
        ["status"] = new Status(0, new ViewNumber(2), false, new BlockHeight(3), new BlockHeight(2), new BlockHeight(1), Digest.Of([3])),
        ["fetch-batches"] = new FetchBatches(0, [Batch.Header.Reference]),
        ["batches-data"] = new BatchesData(0, [new FetchedBatch(Batch, Fix), new FetchedBatch(Batch, null)]),
        ["fetch-blocks"] = new FetchBlocks(0, new BlockHeight(7), 8),
        ["forwarded-transactions"] = new ForwardedTransactions(1, true, [new byte[] { 7 }, new byte[] { 8, 9 }]),
        ["blocks-data"] = new BlocksData(0, [Body(Cut), Body(null)]),
        ["fetch-checkpoint"] = new FetchCheckpoint(2, new BlockHeight(300)),
        ["checkpoint-data"] = new CheckpointData(Checkpoint(), new byte[] { 1, 2, 3 }),
        ["fetch-chunk"] = new FetchChunk(2, Digest.Of([4]), 70_000),
        ["chunk-data"] = new ChunkData(2, Digest.Of([4]), 70_000, new byte[] { 5, 6 }),
    };

    private static Checkpoint Checkpoint()
    {
        BlockHeader header = HeaderAt(7, default);
        BlockHeader later = HeaderAt(8, header.Hash);
        var seal = new SealCertificate(MachineHarness.Chain, 0, later.Height, later.Hash, Quorum);
        ValidatorSet next = MachineHarness.SetOf(4);
        return new Checkpoint(header, [later], seal, Body(Cut).Ordering, [new Handoff(HeaderAt(6, default), seal, next)]);
    }

    private static BlockHeader HeaderAt(long height, Digest previous) => new(
        MachineHarness.Chain,
        new BlockHeight(height),
        previous,
        Digest.Of([1]),
        Digest.Of([2]),
        Digest.Of([3]),
        Digest.Of([4]),
        Digest.Of([5]),
        1_000 + height,
        0,
        Digest.Of([6]));

    private static VoteCertificate Certificate(VotePhase phase) => new(phase, 0, new ViewNumber(1), Cut.Slot, Cut.Digest, Quorum);

    private static ViewChange Change(int validator) => new(
        0,
        new ViewNumber(2),
        validator == 1 ? null : Seal,
        [
            new ViewChangeEntry(new SlotNumber(5), Certificate(VotePhase.Prepare), Cut, new AcceptedClaim(new ViewNumber(1), Cut.Digest)),
            new ViewChangeEntry(new SlotNumber(6), null, null, new AcceptedClaim(new ViewNumber(0), Other.Digest), Other),
        ],
        validator,
        Signature);

    private static BlockBody Body(Cut? cut) => new(
        cut, Certificate(VotePhase.Commit), cut is null ? [] : [Batch], [Batch.Header], [BatchReference.Start(0), BatchReference.Start(1)])
    {
        Leaders = new LeaderHistory(new ViewNumber(2), 4, 5, [new LeaderFailure(1, 3, 2, 0), new LeaderFailure(0, 5, 3, 9)]),
    };
}
