using MedChain.Core.Consensus.Messages;
using MedChain.Core.Tests.Consensus;
using NUnit.Framework;

namespace MedChain.Core.Tests.Simulation.Adversary;

/// <summary>The mutator reaches every field of every kind of message.</summary>
[TestFixture]
public sealed class WireNodeTests
{
    [Test]
    public void Tree_of_every_kind_of_message_encodes_back_to_its_bytes()
    {
        foreach (ConsensusMessage message in MessageSamples.All.Values)
        {
            ReadOnlyMemory<byte> bytes = Envelope.Encode(message);
            Assert.That(WireNode.Read(bytes[2..]).Encode().ToArray(), Is.EqualTo(bytes[2..].ToArray()), $"{message.Kind}");
        }
    }

    [Test]
    public void Every_mutation_is_read_or_refused_and_some_of_each_kind_are_read()
    {
        foreach (ConsensusMessage message in MessageSamples.All.Values)
        {
            ReadOnlyMemory<byte> bytes = Envelope.Encode(message);
            var mutator = new Mutator(new SeededRandom(1));
            mutator.Learn(bytes);
            int read = Enumerable.Range(0, 400).Count(
                _ => Envelope.TryDecode(mutator.Mutate(bytes), out ConsensusMessage? _, out string? _));
            Assert.That(read, Is.GreaterThan(0), $"{message.Kind}");
        }
    }
}
