using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;
using MedChain.Core.Transport;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>One of four validators floods the others; they go on delivering, and hold no more than they may.</summary>
[TestFixture]
public sealed class FloodTests
{
    private const int Flooder = 3;

    /// <summary>Garbage of every kind of message, small and large, and well-formed messages that are good for nothing.</summary>
    private static IEnumerable<TestCaseData> Floods()
    {
        byte[] garbage = new byte[64];
        yield return new TestCaseData((ReadOnlyMemory<byte>[])[garbage]).SetName("Flood_of_bytes_that_are_no_message");
        yield return new TestCaseData((ReadOnlyMemory<byte>[])
            [.. Enum.GetValues<MessageKind>().Where(k => k != MessageKind.None).Select(k => (ReadOnlyMemory<byte>)Forged(k, 200))])
            .SetName("Flood_of_small_forgeries");
        yield return new TestCaseData((ReadOnlyMemory<byte>[])
            [Forged(MessageKind.Batch, 1_000_000), Forged(MessageKind.NewView, 1_000_000)])
            .SetName("Flood_of_large_forgeries");
        yield return new TestCaseData((ReadOnlyMemory<byte>[])
            [.. Enumerable.Range(1, 64).Select(i => Envelope.Encode(new Vote(
                VotePhase.Commit, 0, default, new SlotNumber(i * 1_000), Digest.Of([(byte)i]), Flooder, default)))])
            .SetName("Flood_of_votes_with_bad_signatures");
        using SigningKey key = SigningKey.FromSeed([.. Enumerable.Repeat((byte)(Flooder + 1), SigningKey.SeedSize)]);
        var chain = new ChainId(Digest.Of([4]));
        yield return new TestCaseData((ReadOnlyMemory<byte>[])
            [.. Enumerable.Range(1, 64).Select(i => Envelope.Encode(SignedVote(i * 1_000, chain, key)))])
            .SetName("Flood_of_signed_votes_for_slots_far_ahead");
        yield return new TestCaseData((ReadOnlyMemory<byte>[])
            [.. Enumerable.Range(1, 64).Select(i => Envelope.Encode(SignedViewChange(i * 1_000, chain, key)))])
            .SetName("Flood_of_signed_view_changes");
        yield return new TestCaseData((ReadOnlyMemory<byte>[])
            [.. Enumerable.Range(1, 64)
                .Select(i => Envelope.Encode(new Status(0, new ViewNumber(i), true, new(i), new(i), new(1), default))),
                Envelope.Encode(new FetchBlocks(0, new(1), 8))])
            .SetName("Flood_of_questions_and_claims");
    }

    [TestCaseSource(nameof(Floods))]
    public async Task Flooded_validators_go_on_delivering(ReadOnlyMemory<byte>[] messages)
    {
        await using var cluster = new EngineCluster(4, new CbftLimits
        {
            SlotTimeout = TimeSpan.FromMilliseconds(800),
            ResendInterval = TimeSpan.FromMilliseconds(100),
            MaxQueuedMessages = 256,
        });
        for (int i = 0; i < Flooder; i++)
        {
            await cluster.StartAsync(i);
        }

        using var stop = new CancellationTokenSource();
        await using ITransport transport = cluster.Connect(Flooder);
        Task flood = Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                for (int to = 0; to < Flooder; to++)
                {
                    transport.Send(cluster.Validators.Members[to].VotingKey, messages[i % messages.Length]);
                }

                if (i % 64 == 0)
                {
                    await Task.Yield();
                }
            }
        });

        for (int i = 0; i < 20; i++)
        {
            await cluster.SubmitAsync(i % Flooder, from: 1_000 * i, count: 10);
            await cluster.WaitForTransactionsAsync(10 * (i + 1), 0, 1, 2);
            foreach (CbftEngine engine in cluster.Engines.OfType<CbftEngine>())
            {
                Assert.That(engine.MeasureBuffers(), Has.All.Property(nameof(BufferSize.IsWithinBounds)).True);
            }
        }

        await stop.CancelAsync();
        await flood;
    }

    private static Vote SignedVote(long slot, ChainId chain, SigningKey key)
    {
        var vote = new Vote(VotePhase.Commit, 0, default, new SlotNumber(slot), Digest.Of([1]), Flooder, default);
        return vote with { Signature = key.Sign(vote.Statement(chain)) };
    }

    private static ViewChange SignedViewChange(long view, ChainId chain, SigningKey key)
    {
        var change = new ViewChange(0, new ViewNumber(view), null, [], Flooder, default);
        return change with { Signature = key.Sign(change.Statement(chain)) };
    }

    private static byte[] Forged(MessageKind kind, int size)
    {
        byte[] bytes = new byte[size];
        bytes[0] = Envelope.Version;
        bytes[1] = (byte)kind;
        return bytes;
    }
}
