using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Who is asked for a state, and what becomes of the answers.</summary>
[TestFixture]
public sealed class StateTransferTests
{
    private const long Timeout = 100;
    private static readonly ImmutableArray<PublicKey> Peers = [.. Enumerable.Range(1, 3).Select(PeerOf)];
    private static readonly Checkpoint Offered = CheckpointAt(50);
    private StateTransfer _transfer = null!;

    [SetUp]
    public void Begin() => _transfer = new StateTransfer(Timeout);

    [Test]
    public void One_peer_at_a_time_is_asked_for_a_checkpoint()
    {
        Behind(0);
        Behind(10);
        Assert.That(Sent(), Is.EqualTo(new[] { (Peers[0], (ConsensusMessage)new FetchCheckpoint(0, new BlockHeight(9))) }));
    }

    [Test]
    public void Peer_that_offers_nothing_is_followed_by_the_next()
    {
        Behind(0);
        Sent();
        Behind(Timeout);
        Assert.That(Sent().Select(s => s.To), Is.EqualTo(new[] { Peers[1] }));
    }

    [Test]
    public void Wrong_checkpoint_is_followed_by_the_next_peer()
    {
        Behind(0);
        Sent();
        _transfer.OnCheckpoint(Peers[0], null, 0, 1);
        Behind(2);
        Assert.That(Sent().Select(s => s.To), Is.EqualTo(new[] { Peers[1] }));
    }

    [Test]
    public void Checkpoint_of_somebody_who_was_not_asked_is_ignored()
    {
        Behind(0);
        Sent();
        _transfer.OnCheckpoint(Peers[2], Offered, 4, 1);
        Assert.That(Sent(), Is.Empty);
        Assert.That(_transfer.IsReceiving, Is.False);
    }

    [Test]
    public void Chunks_are_asked_of_all_peers_a_few_at_a_time()
    {
        Offer(chunks: 10);
        (PublicKey To, FetchChunk Fetch)[] asked = Fetches();
        Assert.That(asked.Select(a => a.Fetch.Index), Is.EqualTo(Enumerable.Range(0, 6)));
        Assert.That(asked.GroupBy(a => a.To).Select(g => g.Count()), Is.All.EqualTo(StateTransfer.RequestsPerPeer));
    }

    [Test]
    public void Every_chunk_once_completes_the_state()
    {
        Offer(chunks: 10);
        List<int> asked = AnswerAll(_ => true);
        Assert.That(asked.Order(), Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(_transfer.IsComplete, Is.True);
        Assert.That(_transfer.Checkpoint, Is.SameAs(Offered));
    }

    [Test]
    public void Peer_with_a_wrong_chunk_is_asked_no_more()
    {
        Offer(chunks: 10);
        List<PublicKey> asked = [];
        AnswerAll(from =>
        {
            asked.Add(from);
            return from != Peers[1];
        });
        Assert.That(_transfer.IsComplete, Is.True);
        Assert.That(asked.Count(p => p == Peers[1]), Is.EqualTo(1));
    }

    [Test]
    public void Silent_peer_is_left_out_and_its_chunks_come_from_others()
    {
        Offer(chunks: 6);
        foreach ((PublicKey to, FetchChunk fetch) in Fetches().Where(f => f.To != Peers[2]))
        {
            Answer(to, fetch, true, 1);
        }

        Assert.That(_transfer.IsComplete, Is.False);
        _transfer.OnTime(Timeout);
        AnswerAll(_ => true);
        Assert.That(_transfer.IsComplete, Is.True);
    }

    [Test]
    public void Transfer_that_failed_goes_on_with_the_chunks_it_has()
    {
        Offer(chunks: 6);
        (PublicKey To, FetchChunk Fetch)[] first = Fetches();
        Answer(first[0].To, first[0].Fetch, true, 1);
        Sent();
        _transfer.OnTime(Timeout + 1);
        Assert.That(_transfer.IsReceiving, Is.False);
        Offer(chunks: 6, now: 2 * Timeout);
        Assert.That(AnswerAll(_ => true).Order(), Is.EqualTo(Enumerable.Range(1, 5)));
        Assert.That(_transfer.IsComplete, Is.True);
    }

    [Test]
    public void State_that_is_cut_in_another_way_begins_anew()
    {
        Offer(chunks: 6);
        (PublicKey To, FetchChunk Fetch)[] first = Fetches();
        Answer(first[0].To, first[0].Fetch, true, 1);
        Sent();
        _transfer.OnTime(Timeout + 1);
        Offer(chunks: 6, now: 2 * Timeout, checkpoint: Offered with { });
        Assert.That(AnswerAll(_ => true).Order(), Is.EqualTo(Enumerable.Range(0, 6)));
    }

    [Test]
    public void Empty_state_is_complete_at_once()
    {
        Offer(chunks: 0);
        Assert.That(_transfer.IsComplete, Is.True);
    }

    [Test]
    public void Answers_that_nobody_asked_for_change_nothing()
    {
        Offer(chunks: 10);
        Sent();
        _transfer.OnChunk(Peers[0], new ChunkData(0, Offered.Header.Hash, 9, new byte[] { 1 }), true, 1);
        _transfer.OnChunk(Peers[0], new ChunkData(0, default, 0, new byte[] { 1 }), true, 1);
        Assert.That(Sent(), Is.Empty);
    }

    [Test]
    public void After_its_end_a_new_transfer_can_begin()
    {
        Offer(chunks: 0);
        _transfer.OnEnded();
        Behind(500);
        Assert.That(Sent().Single().Message, Is.TypeOf<FetchCheckpoint>());
    }

    internal static Checkpoint CheckpointAt(long height)
    {
        var header = new BlockHeader(
            MachineHarness.Chain, new BlockHeight(height), default, default, default, default, default, default, height, 0, default);
        return new Checkpoint(
            header,
            [],
            new SealCertificate(MachineHarness.Chain, 0, header.Height, header.Hash, []),
            new OrderingState([], LeaderHistory.Empty),
            []);
    }

    private static PublicKey PeerOf(int number) => new([.. Enumerable.Repeat((byte)number, PublicKey.Size)]);

    private void Behind(long now) => _transfer.OnBehind(0, new BlockHeight(9), Peers, now);

    private void Offer(int chunks, long now = 0, Checkpoint? checkpoint = null)
    {
        Behind(now);
        PublicKey asked = Sent().Single().To;
        _transfer.OnCheckpoint(asked, checkpoint ?? Offered, chunks, now);
    }

    private IReadOnlyList<(PublicKey To, ConsensusMessage Message)> Sent() => _transfer.TakeOutbox();

    private (PublicKey To, FetchChunk Fetch)[] Fetches() => [.. Sent().Select(s => (s.To, (FetchChunk)s.Message))];

    private void Answer(PublicKey from, FetchChunk fetch, bool isGood, long now) =>
        _transfer.OnChunk(from, new ChunkData(0, fetch.Block, fetch.Index, new byte[] { 1 }), isGood, now);

    /// <summary>Answers until nothing is asked any more; gives the chunks that came out well, in order.</summary>
    private List<int> AnswerAll(Func<PublicKey, bool> isGood)
    {
        List<int> good = [];
        while (Fetches() is { Length: > 0 } asked)
        {
            foreach ((PublicKey to, FetchChunk fetch) in asked)
            {
                // What was asked of a peer that is left out meanwhile counts no more.
                bool counts = _transfer.Expects(to, new ChunkData(0, fetch.Block, fetch.Index, default));
                bool answer = counts && isGood(to);
                Answer(to, fetch, answer, 1);
                if (answer)
                {
                    good.Add(fetch.Index);
                }
            }
        }

        return good;
    }
}
