using System.Collections.Concurrent;
using System.Globalization;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using MedChain.Core.Transport;

namespace MedChain.Core.Tests.RealThreads;

/// <summary>Writes down every statement of a validator that leaves it, before it leaves, in a file that outlives the process.</summary>
/// <remarks>The operating system keeps what was written when the process is killed. The last line may be cut.</remarks>
internal sealed class VoteRecorder(ITransport transport, string path) : ITransport
{
    private const int MaxRemembered = 100_000;

    private readonly FileStream _file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    private readonly ConcurrentDictionary<string, bool> _written = new();
    private readonly Lock _access = new();

    public void Start(Action<PublicKey, ReadOnlyMemory<byte>> handler) => transport.Start(handler);

    public void Send(PublicKey validator, ReadOnlyMemory<byte> message)
    {
        if (Describe(message) is { } line && _written.Count < MaxRemembered && _written.TryAdd(line, true))
        {
            lock (_access)
            {
                _file.Write(System.Text.Encoding.ASCII.GetBytes(line + "\n"));
            }
        }

        transport.Send(validator, message);
    }

    public async ValueTask DisposeAsync()
    {
        await transport.DisposeAsync();
        await _file.DisposeAsync();
    }

    /// <summary>Reads the files of a validator: pairs of a place, such as "Commit epoch view slot", and what was said about it.</summary>
    public static IEnumerable<(string Place, string Statement)> Read(string path)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        foreach (string line in File.ReadLines(path))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line.EndsWith('.'))
            {
                yield return (line[..equals], line[equals..]);
            }
        }
    }

    private static string? Describe(ReadOnlyMemory<byte> bytes)
    {
        MessageKind kind = Envelope.PeekKind(bytes.Span);
        if (kind is not (MessageKind.Batch or MessageKind.PrePrepare or MessageKind.Prepare or MessageKind.Commit or MessageKind.Seal)
            || !Envelope.TryDecode(bytes, out ConsensusMessage? message, out _))
        {
            return null;
        }

        return message switch
        {
            BatchMessage { Batch.Header: var h } => Line($"Batch {h.Epoch} {h.Lane} {h.Incarnation} {h.Height}", h.Digest),
            PrePrepare m => Line($"PrePrepare {m.Epoch} {m.View} {m.Cut.Slot}", m.Cut.Digest),
            Vote m => Line($"{m.Phase} {m.Epoch} {m.View} {m.Slot}", m.Value),
            SealVote m => Line($"Seal {m.Epoch} {m.Height}", m.HeaderHash),
            _ => null,
        };
    }

    private static string Line(string place, object statement) => string.Create(CultureInfo.InvariantCulture, $"{place}={statement}.");
}
