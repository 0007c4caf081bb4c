using MedChain.Core.Primitives;
using MedChain.Core.Transport;
using NUnit.Framework;

namespace MedChain.Core.Tests.Transport;

/// <summary>The network inside one process.</summary>
[TestFixture]
public sealed class InProcessNetworkTests
{
    [Test]
    public async Task Messages_of_a_pair_arrive_in_order()
    {
        var network = new InProcessNetwork();
        await using ITransport sender = network.Connect(Key(0));
        await using ITransport receiver = network.Connect(Key(1));
        List<int> received = [];
        var done = new TaskCompletionSource();
        receiver.Start((from, message) =>
        {
            received.Add(message.Span[0]);
            if (received.Count == 200)
            {
                done.SetResult();
            }
        });

        for (int i = 0; i < 200; i++)
        {
            sender.Send(Key(1), new[] { (byte)i });
        }

        await done.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(received, Is.EqualTo(Enumerable.Range(0, 200)));
    }

    [Test]
    public async Task Full_queue_drops_and_counts_and_leaves_other_senders_their_room()
    {
        var network = new InProcessNetwork(maxMessages: 2);
        await using ITransport flooder = network.Connect(Key(0));
        await using ITransport other = network.Connect(Key(1));
        await using ITransport receiver = network.Connect(Key(2));

        for (int i = 0; i < 5; i++)
        {
            flooder.Send(Key(2), new byte[] { 0 });
        }

        other.Send(Key(2), new byte[] { 1 });
        Assert.That(network.DroppedMessages, Is.EqualTo(3));
    }

    [Test]
    public async Task Message_over_the_byte_limit_is_dropped()
    {
        var network = new InProcessNetwork(maxBytes: 10);
        await using ITransport sender = network.Connect(Key(0));
        await using ITransport receiver = network.Connect(Key(1));
        sender.Send(Key(1), new byte[11]);
        sender.Send(Key(1), new byte[10]);
        Assert.That(network.DroppedMessages, Is.EqualTo(1));
    }

    [Test]
    public async Task Message_to_nobody_is_dropped_and_counted()
    {
        var network = new InProcessNetwork();
        await using ITransport sender = network.Connect(Key(0));
        sender.Send(Key(1), new byte[1]);
        sender.Send(Key(7), new byte[1]);
        Assert.That(network.DroppedMessages, Is.EqualTo(2));
    }

    [Test]
    public async Task New_transport_of_a_validator_replaces_the_old_one()
    {
        var network = new InProcessNetwork();
        await using ITransport sender = network.Connect(Key(0));
        await using ITransport old = network.Connect(Key(1));
        await using ITransport young = network.Connect(Key(1));
        var heard = new TaskCompletionSource<int>();
        old.Start((_, _) => heard.TrySetResult(1));
        young.Start((_, _) => heard.TrySetResult(2));

        sender.Send(Key(1), new byte[1]);

        Assert.That(await heard.Task.WaitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo(2));
        old.Send(Key(0), new byte[1]);
        Assert.That(network.DroppedMessages, Is.EqualTo(1), "the old transport sends nothing more");
    }

    [Test]
    public async Task Transport_starts_once()
    {
        var network = new InProcessNetwork();
        await using ITransport transport = network.Connect(Key(0));
        transport.Start((_, _) => { });
        Assert.That(() => transport.Start((_, _) => { }), Throws.InvalidOperationException);
    }

    [Test]
    public void Disposal_ends_while_messages_arrive()
    {
        var network = new InProcessNetwork();
        ITransport sender = network.Connect(Key(0));
        ITransport receiver = network.Connect(Key(1));
        receiver.Start((_, _) => sender.Send(Key(1), new byte[1]));
        sender.Send(Key(1), new byte[1]);
        Assert.That(async () => await receiver.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)), Throws.Nothing);
    }

    [Test]
    public async Task Receiver_hears_the_senders_key()
    {
        var network = new InProcessNetwork();
        await using ITransport sender = network.Connect(Key(0));
        await using ITransport receiver = network.Connect(Key(1));
        var heard = new TaskCompletionSource<PublicKey>();
        receiver.Start((from, _) => heard.TrySetResult(from));
        sender.Send(Key(1), new byte[1]);
        Assert.That(await heard.Task.WaitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo(Key(0)));
    }

    private static PublicKey Key(byte name) => new(Digest.Of([name]).ToArray());
}
