using System.Threading.Channels;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Appends the machine's records to the log, several appends under way at once and in order, and tells the loop what is
/// durable.</summary>
internal sealed class LogWriter(IConsensusLog log, string stream, ChannelWriter<Input> loop, EngineTelemetry telemetry)
{
    private readonly Channel<(Task Append, long Ticket, long Since)> _underWay = Channel.CreateUnbounded<(Task, long, long)>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    /// <summary>Appends records; the loop hears of it later.</summary>
    public void Append(IReadOnlyList<LogRecord> records, long lastTicket) =>
        _underWay.Writer.TryWrite((log.AppendAsync(stream, records).AsTask(), lastTicket, telemetry.StartFlush()));

    /// <summary>Waits for the appends in order. A failed append ends it, and with it the validator.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach ((Task append, long ticket, long since) in _underWay.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await append.WaitAsync(cancellationToken).ConfigureAwait(false);
            telemetry.OnFlushed(since);
            await loop.WriteAsync(new Input.Persisted(ticket), cancellationToken).ConfigureAwait(false);
        }
    }
}
