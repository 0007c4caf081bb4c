namespace MedChain.Core.Tests.Simulation.Adversary;

/// <summary>Changes one thing in a message, whatever its kind (after ByzzFuzz, Winter et al. 2023, which changes fields of protocol
/// messages by a little or for those of others).</summary>
internal sealed class Mutator(SeededRandom random)
{
    private const int HeaderSize = 2;
    private const int Remembered = 512;
    private readonly Dictionary<int, List<byte[]>> _seen = [];

    /// <summary>Changes one field, or one element of a list.</summary>
    public ReadOnlyMemory<byte> Mutate(ReadOnlyMemory<byte> message)
    {
        WireNode tree = WireNode.Read(message[HeaderSize..]);
        WireNode[] places = [.. tree.All()];
        Change(places[random.Next(places.Length)]);
        return Rebuild(message, tree);
    }

    /// <summary>Changes a certificate in the message: wrong epoch, view or phase, a signer too few, one twice, or signatures of another
    /// statement.</summary>
    /// <returns>The message; <see langword="null"/> when it holds no certificate.</returns>
    public ReadOnlyMemory<byte>? Forge(ReadOnlyMemory<byte> message)
    {
        WireNode tree = WireNode.Read(message[HeaderSize..]);
        WireNode.Group[] certificates = [.. tree.All().OfType<WireNode.Group>().Where(g => g.IsCertificate)];
        if (certificates.Length == 0)
        {
            return null;
        }

        WireNode.Group certificate = random.Pick(certificates);
        var signatures = (WireNode.Group)certificate.Items[^1];
        WireNode victim = random.Pick(signatures.Items);
        switch (random.Next(4))
        {
            case 0:
                signatures.Items.Remove(victim);
                break;
            case 1:
                signatures.Items[random.Next(signatures.Items.Count)] = victim;
                break;
            case 2:
                signatures.Items.Remove(random.Pick(signatures.Items));
                signatures.Items.Add(victim);
                break;
            default:
                Change(certificate.Items[random.Next(certificate.Items.Count - 1)]);
                break;
        }

        return Rebuild(message, tree);
    }

    /// <summary>Remembers digests and signatures of a message, to put them where they do not belong.</summary>
    public void Learn(ReadOnlyMemory<byte> message)
    {
        foreach (WireNode.Leaf leaf in WireNode.Read(message[HeaderSize..]).All().OfType<WireNode.Leaf>())
        {
            if (leaf.Value is byte[] { Length: 32 or 64 } bytes)
            {
                if (!_seen.TryGetValue(bytes.Length, out List<byte[]>? known))
                {
                    _seen[bytes.Length] = known = [];
                }

                if (known.Count < Remembered)
                {
                    known.Add(bytes);
                }
                else
                {
                    known[random.Next(Remembered)] = bytes;
                }
            }
        }
    }

    private static ReadOnlyMemory<byte> Rebuild(ReadOnlyMemory<byte> message, WireNode tree) =>
        (byte[])[.. message[..HeaderSize].Span, .. tree.Encode().Span];

    private void Change(WireNode node)
    {
        switch (node)
        {
            case WireNode.Leaf { Value: long number } leaf:
                leaf.Value = random.Next(6) switch
                {
                    0 => 0L,
                    1 => number + 1,
                    2 => number - 1,
                    3 => number + 1 + random.Next(100),
                    4 => random.Chance(0.5) ? long.MaxValue : number ^ 1,
                    _ => (long)random.Next(8),
                };
                break;
            case WireNode.Leaf { Value: ulong } leaf:
                leaf.Value = random.NextUInt64();
                break;
            case WireNode.Leaf { Value: byte[] bytes } leaf:
                leaf.Value = Change(bytes);
                break;
            case WireNode.Leaf { Value: bool truth } leaf:
                leaf.Value = !truth;
                break;
            case WireNode.Leaf leaf:
                leaf.Value = random.Chance(0.5) ? 1L : random.Bytes(32);
                break;
            case WireNode.Nested nested:
                Change(nested.Content);
                break;
            case WireNode.Group { Items.Count: > 0 } group:
                Change(group.Items);
                break;
        }
    }

    private void Change(List<WireNode> items)
    {
        int place = random.Next(items.Count);
        switch (random.Next(3))
        {
            case 0:
                items.RemoveAt(place);
                break;
            case 1:
                items.Insert(place, items[random.Next(items.Count)]);
                break;
            default:
                int other = random.Next(items.Count);
                (items[place], items[other]) = (items[other], items[place]);
                break;
        }
    }

    private byte[] Change(byte[] bytes)
    {
        if (_seen.TryGetValue(bytes.Length, out List<byte[]>? known) && random.Chance(0.5))
        {
            return random.Pick(known);
        }

        if (bytes.Length == 0 || random.Chance(0.1))
        {
            return random.Bytes(random.Next(80));
        }

        byte[] changed = [.. bytes];
        changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
        return changed;
    }
}
