using System.Buffers;
using System.Collections.Immutable;
using MedChain.Core.Primitives;
using MessagePack;

namespace MedChain.Core.Encoding;

/// <summary>Writes the subset of MessagePack in which every value has one encoding: arrays, shortest integers, binary, strings, booleans
/// and nil. No maps, floats or timestamps.</summary>
internal ref struct CanonicalWriter
{
    private MessagePackWriter _writer;

    public CanonicalWriter(IBufferWriter<byte> output) => _writer = new MessagePackWriter(output);

    public void BeginArray(int count) => _writer.WriteArrayHeader(count);

    public void Write(long value) => _writer.Write(value);

    public void Write(ulong value) => _writer.Write(value);

    public void Write(bool value) => _writer.Write(value);

    public void WriteNil() => _writer.WriteNil();

    public void Write(ReadOnlySpan<byte> bytes) => _writer.Write(bytes);

    public void Write(string text) => _writer.Write(text);

    public void Write(Digest digest)
    {
        _writer.WriteBinHeader(Digest.Size);
        digest.CopyTo(_writer.GetSpan(Digest.Size));
        _writer.Advance(Digest.Size);
    }

    public void Write(ChainId chain) => Write(chain.Value);

    public void Write(AccountId account) => Write(account.Value);

    public void Write(BlockHeight height) => _writer.Write(height.Value);

    public void Write(SlotNumber slot) => _writer.Write(slot.Value);

    public void Write(ViewNumber view) => _writer.Write(view.Value);

    public void Write(PublicKey key)
    {
        _writer.WriteBinHeader(PublicKey.Size);
        key.CopyTo(_writer.GetSpan(PublicKey.Size));
        _writer.Advance(PublicKey.Size);
    }

    public void Write(AgreementKey key)
    {
        _writer.WriteBinHeader(AgreementKey.Size);
        key.CopyTo(_writer.GetSpan(AgreementKey.Size));
        _writer.Advance(AgreementKey.Size);
    }

    public void Write(Signature signature)
    {
        _writer.WriteBinHeader(Signature.Size);
        signature.CopyTo(_writer.GetSpan(Signature.Size));
        _writer.Advance(Signature.Size);
    }

    public void Write<T>(T value)
        where T : ICanonical<T> => value.Write(ref this);

    /// <summary>Writes nil for <see langword="null"/>, else the value.</summary>
    public void WriteOptional<T>(T? value)
        where T : class, ICanonical<T>
    {
        if (value is null)
        {
            WriteNil();
        }
        else
        {
            value.Write(ref this);
        }
    }

    /// <summary>Writes a list as one array.</summary>
    public void WriteList<T>(IReadOnlyList<T> items)
        where T : ICanonical<T>
    {
        _writer.WriteArrayHeader(items.Count);
        for (int i = 0; i < items.Count; i++)
        {
            items[i].Write(ref this);
        }
    }

    public void WriteDigests(ImmutableArray<Digest> digests)
    {
        _writer.WriteArrayHeader(digests.Length);
        foreach (Digest digest in digests)
        {
            Write(digest);
        }
    }

    public void WriteStrings(ImmutableArray<string> texts)
    {
        _writer.WriteArrayHeader(texts.Length);
        foreach (string text in texts)
        {
            _writer.Write(text);
        }
    }

    public void Flush() => _writer.Flush();
}
