using System.Threading.Channels;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Appends the machine's records to the log, several appends under way at once and in order, and tells the loop what is
/// durable.</summary>
internal sealed class LogWriter(IConsensusLog log, string stream, ChannelWriter<Input> loop, EngineTelemetry telemetry)
{
    private const int MaxGroupsWaiting = 1_024;
    private const long MaxBytesWaiting = 64 * 1024 * 1024;

    private readonly Channel<Group> _underWay = Channel.CreateUnbounded<Group>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    /// <summary>Gets the groups of records that are not durable yet. While they are too many, the loop takes no inputs.</summary>
    public Backlog Backlog { get; } = new("log.records", MaxGroupsWaiting, MaxBytesWaiting);

    /// <summary>Appends records; the loop hears of it later.</summary>
    public void Append(IReadOnlyList<LogRecord> records, long lastTicket)
    {
        long bytes = 0;
        foreach (LogRecord record in records)
        {
            bytes += record.Payload.Length;
        }

        Backlog.Add(bytes);
        _underWay.Writer.TryWrite(new Group(log.AppendAsync(stream, records).AsTask(), lastTicket, bytes, telemetry.StartFlush()));
    }

    /// <summary>Waits for the appends in order. A failed append ends it, and with it the validator.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (Group group in _underWay.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await group.Append.WaitAsync(cancellationToken).ConfigureAwait(false);
            telemetry.OnFlushed(group.Since);
            Backlog.Remove(group.Bytes); // Before the loop is told: it may be waiting for the room.
            await loop.WriteAsync(new Input.Persisted(group.Ticket), cancellationToken).ConfigureAwait(false);
        }
    }

    private readonly record struct Group(Task Append, long Ticket, long Bytes, long Since);
}
