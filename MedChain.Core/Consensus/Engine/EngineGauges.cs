using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace MedChain.Core.Consensus.Engine;

/// <summary>What is read from running validators when somebody asks: the running ones register here and leave when they stop.</summary>
internal static class EngineGauges
{
    private static readonly ConcurrentDictionary<CbftEngine, EngineTelemetry> Running = [];

    static EngineGauges()
    {
        Meter meter = EngineInstruments.Meter;
        meter.CreateObservableGauge("medchain.view", () => Read((e, t) => [t.Measure(e.Status.View.Value)]), "{view}", "Current view.");
        meter.CreateObservableGauge("medchain.height", () => Read(Heights), "{block}", "Height decided, delivered and sealed here.");
        meter.CreateObservableGauge(
            "medchain.buffer.items", () => Read((e, t) => Buffers(e, t, b => b.Count)), "{item}", "Items in each buffer.");
        meter.CreateObservableGauge(
            "medchain.buffer.bytes", () => Read((e, t) => Buffers(e, t, b => b.Bytes)), "By", "Bytes in each buffer.");
        meter.CreateObservableGauge(
            "medchain.peers.mismatched",
            () => Read((e, t) => [t.Measure(e.Status.Mismatches.Length)]),
            "{peer}",
            "Peers that work with another validator set or other rules.");
        meter.CreateObservableCounter(
            "medchain.messages.rejected", () => Read(Rejected), "{message}", "Messages of peers not processed, by reason.");
        meter.CreateObservableCounter(
            "medchain.evidence",
            () => Read((e, t) => [t.Measure(e.Status.EvidenceCount)]),
            "{contradiction}",
            "Contradictions of validators seen.");
    }

    public static void Add(CbftEngine engine, EngineTelemetry telemetry) => Running[engine] = telemetry;

    public static void Remove(CbftEngine engine) => Running.TryRemove(engine, out _);

    private static IEnumerable<Measurement<long>> Read(Func<CbftEngine, EngineTelemetry, IEnumerable<Measurement<long>>> read) =>
        Running.SelectMany(r => read(r.Key, r.Value));

    private static IEnumerable<Measurement<long>> Heights(CbftEngine engine, EngineTelemetry telemetry)
    {
        CbftStatus status = engine.Status;
        yield return telemetry.Measure(status.Decided.Value, "stage", "decided");
        yield return telemetry.Measure(status.Delivered.Value, "stage", "delivered");
        yield return telemetry.Measure(status.Sealed.Value, "stage", "sealed");
    }

    private static IEnumerable<Measurement<long>> Rejected(CbftEngine engine, EngineTelemetry telemetry)
    {
        CbftStatus status = engine.Status;
        yield return telemetry.Measure(status.DroppedMessages, "reason", "full");
        yield return telemetry.Measure(status.RefusedMessages, "reason", "invalid");
    }

    /// <summary>Buffers of one name, such as those of all peers, are one series: their sum.</summary>
    private static IEnumerable<Measurement<long>> Buffers(CbftEngine engine, EngineTelemetry telemetry, Func<BufferSize, long> size) =>
        engine.MeasureBuffers().GroupBy(b => b.Name).Select(g => telemetry.Measure(g.Sum(size), "buffer", g.Key));
}
