using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Encoding;

namespace MedChain.Core.Consensus.Messages;

/// <summary>The outermost form of every message: one byte of version, one byte of kind, then the canonical message.</summary>
internal static class Envelope
{
    public const byte Version = 1;

    private const int HeaderSize = 2;

    public static ReadOnlyMemory<byte> Encode(ConsensusMessage message) => message switch
    {
        BatchMessage m => Encode(m.Kind, m, m.Batch.Encoded.Length + 64),
        FixAck m => Encode(m.Kind, m),
        FixCertificate m => Encode(m.Kind, m),
        PrePrepare m => Encode(m.Kind, m),
        Vote m => Encode(m.Kind, m),
        SealVote m => Encode(m.Kind, m),
        SealMessage m => Encode(m.Kind, m),
        ViewChange m => Encode(m.Kind, m),
        NewView m => Encode(m.Kind, m),
        Status m => Encode(m.Kind, m),
        FetchBatches m => Encode(m.Kind, m),
        BatchesData m => Encode(m.Kind, m),
        FetchBlocks m => Encode(m.Kind, m),
        BlocksData m => Encode(m.Kind, m),
        ForwardedTransactions m => Encode(m.Kind, m),
        FetchCheckpoint m => Encode(m.Kind, m),
        CheckpointData m => Encode(m.Kind, m, m.Manifest.Length + 4096),
        FetchChunk m => Encode(m.Kind, m),
        ChunkData m => Encode(m.Kind, m, m.Bytes.Length + 128),
        _ => throw new ArgumentException($"{message.GetType().Name} is no wire message.", nameof(message)),
    };

    /// <summary>Reads the kind without decoding the rest; <see cref="MessageKind.None"/> for bytes that are no message.</summary>
    public static MessageKind PeekKind(ReadOnlySpan<byte> bytes) =>
        bytes.Length > HeaderSize
        && bytes.Length <= WireLimits.MaxMessageBytes
        && bytes[0] == Version
        && Enum.IsDefined((MessageKind)bytes[1])
            ? (MessageKind)bytes[1]
            : MessageKind.None;

    /// <summary>As <see cref="TryDecode(ReadOnlyMemory{byte}, out ConsensusMessage?, out string?)"/>, with batches that were decoded
    /// before.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes,
        SharedBatches batches,
        [NotNullWhen(true)] out ConsensusMessage? message,
        [NotNullWhen(false)] out string? reason)
    {
        if (PeekKind(bytes.Span) != MessageKind.Batch)
        {
            return TryDecode(bytes, out message, out reason);
        }

        try
        {
            message = BatchMessage.Decode(bytes[HeaderSize..], batches);
            reason = null;
            return true;
        }
        catch (MalformedDataException e)
        {
            message = null;
            reason = e.Message;
            return false;
        }
    }

    /// <summary>Decodes bytes from outside: anything wrong is <see langword="false"/> and a reason.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out ConsensusMessage? message, [NotNullWhen(false)] out string? reason)
    {
        ReadOnlyMemory<byte> body = bytes.Length > HeaderSize ? bytes[HeaderSize..] : default;
        message = null;
        switch (PeekKind(bytes.Span))
        {
            case MessageKind.Batch: return Decode<BatchMessage>(body, out message, out reason);
            case MessageKind.FixAck: return Decode<FixAck>(body, out message, out reason);
            case MessageKind.FixCertificate: return Decode<FixCertificate>(body, out message, out reason);
            case MessageKind.PrePrepare: return Decode<PrePrepare>(body, out message, out reason);
            case MessageKind.Prepare: return DecodeVote(body, VotePhase.Prepare, out message, out reason);
            case MessageKind.Commit: return DecodeVote(body, VotePhase.Commit, out message, out reason);
            case MessageKind.Seal: return Decode<SealVote>(body, out message, out reason);
            case MessageKind.SealCertificate: return Decode<SealMessage>(body, out message, out reason);
            case MessageKind.ViewChange: return Decode<ViewChange>(body, out message, out reason);
            case MessageKind.NewView: return Decode<NewView>(body, out message, out reason);
            case MessageKind.Status: return Decode<Status>(body, out message, out reason);
            case MessageKind.FetchBatches: return Decode<FetchBatches>(body, out message, out reason);
            case MessageKind.BatchesData: return Decode<BatchesData>(body, out message, out reason);
            case MessageKind.FetchBlocks: return Decode<FetchBlocks>(body, out message, out reason);
            case MessageKind.BlocksData: return Decode<BlocksData>(body, out message, out reason);
            case MessageKind.ForwardedTransactions: return Decode<ForwardedTransactions>(body, out message, out reason);
            case MessageKind.FetchCheckpoint: return Decode<FetchCheckpoint>(body, out message, out reason);
            case MessageKind.CheckpointData: return Decode<CheckpointData>(body, out message, out reason);
            case MessageKind.FetchChunk: return Decode<FetchChunk>(body, out message, out reason);
            case MessageKind.ChunkData: return Decode<ChunkData>(body, out message, out reason);
            default:
                reason = $"{bytes.Length} bytes are no message of version {Version} and a known kind.";
                return false;
        }
    }

    private static bool DecodeVote(
        ReadOnlyMemory<byte> body,
        VotePhase phase,
        [NotNullWhen(true)] out ConsensusMessage? message,
        [NotNullWhen(false)] out string? reason)
    {
        if (Decode<Vote>(body, out message, out reason) && ((Vote)message).Phase == phase)
        {
            return true;
        }

        reason ??= "The kind of a vote and its phase differ.";
        message = null;
        return false;
    }

    private static bool Decode<T>(
        ReadOnlyMemory<byte> body, [NotNullWhen(true)] out ConsensusMessage? message, [NotNullWhen(false)] out string? reason)
        where T : ConsensusMessage, ICanonical<T>
    {
        bool decoded = Canonical.TryDecode(body, out T? value, out reason);
        message = value;
        return decoded;
    }

    private static ReadOnlyMemory<byte> Encode<T>(MessageKind kind, T message, int capacity = 256)
        where T : ConsensusMessage, ICanonical<T>
    {
        var output = new ArrayBufferWriter<byte>(capacity);
        Span<byte> header = output.GetSpan(HeaderSize);
        header[0] = Version;
        header[1] = (byte)kind;
        output.Advance(HeaderSize);
        var writer = new CanonicalWriter(output);
        writer.Write(message);
        writer.Flush();
        return output.WrittenMemory;
    }
}
