using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>What a host sees of its validators when it listens, and that it costs nothing when it does not.</summary>
[TestFixture]
[NonParallelizable]
public sealed class TelemetryTests
{
    private static readonly string[] Documented =
    [
        "medchain.submissions", "medchain.transaction.duration", "medchain.batches", "medchain.phase.duration", "medchain.blocks",
        "medchain.blocks.fetched", "medchain.view.changes", "medchain.log.flush.duration", "medchain.view", "medchain.height",
        "medchain.buffer.items", "medchain.buffer.bytes", "medchain.messages.rejected", "medchain.evidence",
    ];

    [Test]
    public async Task Every_phase_of_the_normal_case_is_measured()
    {
        using var heard = new Heard();
        await using var cluster = new EngineCluster(4);
        await cluster.StartAllAsync();
        await cluster.SubmitAsync(0, from: 0, count: 50);
        Assert.That(await cluster.Engines[0]!.SubmitAsync(new byte[] { 0xff }), Is.TypeOf<SubmitResult.Invalid>());
        await cluster.WaitForTransactionsAsync(50, 0, 1, 2, 3);
        await cluster.WaitAsync(() => cluster.Machines.All(m => m.SealedHeight == m.Height.Value), "The seal of the last block");
        await cluster.WaitAsync(() => heard.Words("medchain.phase.duration", "phase").Count == 5, "All five phases");
        heard.Observe();

        Assert.That(heard.Sum("medchain.submissions", "answer", "accepted"), Is.EqualTo(50));
        Assert.That(heard.Sum("medchain.submissions", "answer", "invalid"), Is.EqualTo(1));
        Assert.That(heard.Count("medchain.transaction.duration"), Is.EqualTo(50));
        Assert.That(heard.Count("medchain.log.flush.duration"), Is.GreaterThan(0));
        Assert.That(heard.Sum("medchain.batches"), Is.GreaterThan(0));
        Assert.That(heard.Sum("medchain.blocks"), Is.EqualTo(cluster.Machines.Sum(m => m.Height.Value)));
        Assert.That(heard.Words("medchain.height", "stage"), Is.EquivalentTo(["decided", "delivered", "sealed"]));
        Assert.That(heard.Words("medchain.buffer.items", "buffer"), Has.Member("pool.pending").And.Member("machine.lane"));
        Assert.That(heard.Words("medchain.messages.rejected", "reason"), Is.EquivalentTo(["full", "invalid"]));
    }

    [Test]
    public async Task View_change_and_catching_up_are_counted()
    {
        using var heard = new Heard();
        await using var cluster = new EngineCluster(4);
        await cluster.StartAllAsync();
        await cluster.StopAsync(0);
        await cluster.SubmitAsync(1, from: 0, count: 20);
        await cluster.WaitForTransactionsAsync(20, 1, 2, 3);
        await cluster.StartAsync(0);
        await cluster.WaitForTransactionsAsync(20, 0);

        Assert.That(heard.Sum("medchain.view.changes"), Is.GreaterThanOrEqualTo(3));
        Assert.That(heard.Sum("medchain.blocks.fetched"), Is.GreaterThan(0));
    }

    [Test]
    public async Task Validator_that_stopped_is_not_measured_any_more()
    {
        using var heard = new Heard();
        await using (var cluster = new EngineCluster(1))
        {
            await cluster.StartAllAsync();
            heard.Observe();
            Assert.That(heard.Count("medchain.view"), Is.EqualTo(1));
        }

        heard.Observe();
        Assert.That(heard.Count("medchain.view"), Is.EqualTo(1));
    }

    [Test]
    public async Task Trace_of_a_transaction_is_the_child_of_its_callers_and_ends_at_delivery()
    {
        ConcurrentQueue<Activity> stopped = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == EngineInstruments.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var cluster = new EngineCluster(4);
        await cluster.StartAllAsync();
        using var caller = new Activity("caller");
        caller.Start();
        await cluster.SubmitAsync(0, from: 0, count: 1);
        Assert.That(Activity.Current, Is.SameAs(caller), "The caller's own activity stays the current one.");
        await cluster.WaitAsync(() => stopped.Any(a => a.OperationName == "medchain.slot"), "The trace of a slot");
        await cluster.WaitAsync(() => stopped.Any(a => a.OperationName == "medchain.transaction"), "The trace of the transaction");

        Assert.That(stopped.Single(a => a.OperationName == "medchain.transaction").ParentId, Is.EqualTo(caller.Id));
        Activity slot = stopped.First(a => a.OperationName == "medchain.slot");
        Assert.That(slot.ParentId, Is.Null);
        Assert.That(
            stopped.Where(a => a.ParentSpanId == slot.SpanId).Select(a => a.OperationName),
            Is.SupersetOf(["medchain.prepare", "medchain.commit", "medchain.execute"]));
    }

    [Test]
    public void Nothing_is_allocated_when_nobody_listens()
    {
        using var cluster = new DisposableOptions();
        var telemetry = new EngineTelemetry(cluster.Options);
        var settings = new EpochSettings(MachineHarness.Chain, MachineHarness.SetOf(4).Members[1].VotingKey, new CbftLimits());
        var machine = new EpochMachine(settings, new MachineHarness(), new RecoveredChain(
            new LogContents([], null), new ValidatorHistory(MachineHarness.Chain, MachineHarness.SetOf(4)), null, null, null));
        List<Effect> effects = [new Effect.Execute(new BlockHeight(1), 0, null!), new Effect.TrimLog(default, 0)];
        Input input = new Input.TimePassed();
        SubmitResult answer = new SubmitResult.Accepted();
        void Run()
        {
            for (int i = 0; i < 1_000; i++)
            {
                telemetry.OnStep(input, effects, machine);
                telemetry.OnSubmitted(answer);
                telemetry.StartTransaction();
            }
        }

        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public async Task Every_instrument_is_documented_with_its_unit()
    {
        string text = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot(), "docs", "operations.md"));
        using var heard = new Heard();
        await using var cluster = new EngineCluster(1);
        await cluster.StartAllAsync();
        heard.Observe();

        Assert.That(heard.Instruments.Select(i => i.Name).Distinct(), Is.SupersetOf(Documented));
        foreach (Instrument instrument in heard.Instruments)
        {
            Assert.That(text, Does.Contain($"| `{instrument.Name}` | {instrument.Unit} |"), instrument.Name);
        }
    }

    private static string RepositoryRoot([System.Runtime.CompilerServices.CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "..", ".."));

    /// <summary>Listens to everything that is measured.</summary>
    private sealed class Heard : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<(string Name, double Value, KeyValuePair<string, object?>[] Tags)> _all = [];

        public Heard()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == EngineInstruments.Name)
                {
                    Instruments.Enqueue(instrument);
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => _all.Enqueue((i.Name, value, tags.ToArray())));
            _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => _all.Enqueue((i.Name, value, tags.ToArray())));
            _listener.Start();
        }

        public ConcurrentQueue<Instrument> Instruments { get; } = [];

        public void Observe() => _listener.RecordObservableInstruments();

        public int Count(string name) => _all.Count(m => m.Name == name);

        public double Sum(string name, string? tag = null, string? word = null) => _all
            .Where(m => m.Name == name && (tag is null || m.Tags.Any(t => t.Key == tag && Equals(t.Value, word))))
            .Sum(m => m.Value);

        public IReadOnlyCollection<object?> Words(string name, string tag) =>
            [.. _all.Where(m => m.Name == name).SelectMany(m => m.Tags).Where(t => t.Key == tag).Select(t => t.Value).Distinct()];

        public void Dispose() => _listener.Dispose();
    }

    /// <summary>Options of an engine that never starts.</summary>
    private sealed class DisposableOptions : IDisposable
    {
        private readonly EngineCluster _cluster = new(1);

        public CbftEngineOptions Options => _cluster.Options(0);

        public void Dispose() => _cluster.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
