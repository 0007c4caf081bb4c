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
        var network = new InProcessNetwork(2);
        await using ITransport sender = network.Connect(0);
        await using ITransport receiver = network.Connect(1);
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
            sender.Send(1, new[] { (byte)i });
        }

        await done.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(received, Is.EqualTo(Enumerable.Range(0, 200)));
    }

    [Test]
    public async Task Full_queue_drops_and_counts_and_leaves_other_senders_their_room()
    {
        var network = new InProcessNetwork(3, maxMessages: 2);
        await using ITransport flooder = network.Connect(0);
        await using ITransport other = network.Connect(1);
        await using ITransport receiver = network.Connect(2);

        for (int i = 0; i < 5; i++)
        {
            flooder.Send(2, new byte[] { 0 });
        }

        other.Send(2, new byte[] { 1 });
        Assert.That(network.DroppedMessages, Is.EqualTo(3));
    }

    [Test]
    public async Task Message_over_the_byte_limit_is_dropped()
    {
        var network = new InProcessNetwork(2, maxBytes: 10);
        await using ITransport sender = network.Connect(0);
        await using ITransport receiver = network.Connect(1);
        sender.Send(1, new byte[11]);
        sender.Send(1, new byte[10]);
        Assert.That(network.DroppedMessages, Is.EqualTo(1));
    }

    [Test]
    public async Task Message_to_nobody_is_dropped_and_counted()
    {
        var network = new InProcessNetwork(2);
        await using ITransport sender = network.Connect(0);
        sender.Send(1, new byte[1]);
        sender.Send(7, new byte[1]);
        sender.Send(-1, new byte[1]);
        Assert.That(network.DroppedMessages, Is.EqualTo(3));
    }

    [Test]
    public async Task New_transport_of_a_validator_replaces_the_old_one()
    {
        var network = new InProcessNetwork(2);
        await using ITransport sender = network.Connect(0);
        await using ITransport old = network.Connect(1);
        await using ITransport young = network.Connect(1);
        var heard = new TaskCompletionSource<int>();
        old.Start((_, _) => heard.TrySetResult(1));
        young.Start((_, _) => heard.TrySetResult(2));

        sender.Send(1, new byte[1]);

        Assert.That(await heard.Task.WaitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo(2));
        old.Send(0, new byte[1]);
        Assert.That(network.DroppedMessages, Is.EqualTo(1), "the old transport sends nothing more");
    }

    [Test]
    public async Task Transport_starts_once()
    {
        var network = new InProcessNetwork(1);
        await using ITransport transport = network.Connect(0);
        transport.Start((_, _) => { });
        Assert.That(() => transport.Start((_, _) => { }), Throws.InvalidOperationException);
    }

    [Test]
    public void Disposal_ends_while_messages_arrive()
    {
        var network = new InProcessNetwork(2);
        ITransport sender = network.Connect(0);
        ITransport receiver = network.Connect(1);
        receiver.Start((_, _) => sender.Send(1, new byte[1]));
        sender.Send(1, new byte[1]);
        Assert.That(async () => await receiver.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)), Throws.Nothing);
    }
}
