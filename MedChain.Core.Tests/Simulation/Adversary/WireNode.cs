using System.Buffers;
using MessagePack;

namespace MedChain.Core.Tests.Simulation.Adversary;

/// <summary>Any canonical message as a tree of arrays and leaves, so that every field of every kind, also of kinds that do not exist yet,
/// can be changed by the same few lines. Bytes that hold an encoding, such as a batch, are read as a subtree.</summary>
internal abstract class WireNode
{
    private const int ShortestNested = 65;

    /// <summary>Reads one value.</summary>
    /// <exception cref="MessagePackSerializationException">The bytes are no MessagePack of the kinds used on the wire.</exception>
    public static WireNode Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        WireNode node = Read(ref reader);
        return reader.End ? node : throw new MessagePackSerializationException("Bytes follow the value.");
    }

    public ReadOnlyMemory<byte> Encode()
    {
        var output = new ArrayBufferWriter<byte>(256);
        var writer = new MessagePackWriter(output);
        Write(ref writer);
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>This value and all inside it.</summary>
    public IEnumerable<WireNode> All() => this switch
    {
        Group group => group.Items.SelectMany(i => i.All()).Prepend(this),
        Nested nested => nested.Content.All().Prepend(this),
        _ => [this],
    };

    protected abstract void Write(ref MessagePackWriter writer);

    private static WireNode Read(ref MessagePackReader reader)
    {
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Array:
                var group = new Group();
                for (int count = reader.ReadArrayHeader(); count > 0; count--)
                {
                    group.Items.Add(Read(ref reader));
                }

                return group;
            case MessagePackType.Integer:
                return reader.NextCode == MessagePackCode.UInt64
                    ? new Leaf { Value = reader.ReadUInt64() }
                    : new Leaf { Value = reader.ReadInt64() };
            case MessagePackType.Binary:
                byte[] bytes = reader.ReadBytes()!.Value.ToArray();
                return bytes.Length >= ShortestNested && TryRead(bytes) is Group content
                    ? new Nested { Content = content }
                    : new Leaf { Value = bytes };
            case MessagePackType.Boolean:
                return new Leaf { Value = reader.ReadBoolean() };
            case MessagePackType.String:
                return new Leaf { Value = reader.ReadString() };
            default:
                reader.ReadNil();
                return new Leaf();
        }
    }

    private static WireNode? TryRead(byte[] bytes)
    {
        try
        {
            return Read(bytes);
        }
        catch (MessagePackSerializationException)
        {
            return null;
        }
        catch (EndOfStreamException)
        {
            return null;
        }
        catch (ArgumentOutOfRangeException)
        {
            return null; // Random bytes can look like a length that the reader takes for a negative one.
        }
    }

    /// <summary>An array.</summary>
    public sealed class Group : WireNode
    {
        public List<WireNode> Items { get; } = [];

        /// <summary>Gets whether this is a list of validators' signatures.</summary>
        public bool IsSignatures => Items.Count > 0 && Items.TrueForAll(i => i is Group
        {
            Items: [Leaf { Value: long }, Leaf { Value: byte[] { Length: 64 } }],
        });

        /// <summary>Gets whether this is a certificate: fields, then signatures.</summary>
        public bool IsCertificate => Items.Count > 1 && Items[^1] is Group { IsSignatures: true };

        protected override void Write(ref MessagePackWriter writer)
        {
            writer.WriteArrayHeader(Items.Count);
            foreach (WireNode item in Items)
            {
                item.Write(ref writer);
            }
        }
    }

    /// <summary>An encoding inside bytes.</summary>
    public sealed class Nested : WireNode
    {
        public required WireNode Content { get; init; }

        protected override void Write(ref MessagePackWriter writer) => writer.Write(Content.Encode().Span);
    }

    /// <summary>A number, bytes, a text, a truth value, or nothing.</summary>
    public sealed class Leaf : WireNode
    {
        public object? Value { get; set; }

        protected override void Write(ref MessagePackWriter writer)
        {
            switch (Value)
            {
                case long number:
                    writer.Write(number);
                    break;
                case ulong number:
                    writer.Write(number);
                    break;
                case byte[] bytes:
                    writer.Write(bytes);
                    break;
                case bool truth:
                    writer.Write(truth);
                    break;
                case string text:
                    writer.Write(text);
                    break;
                default:
                    writer.WriteNil();
                    break;
            }
        }
    }
}
