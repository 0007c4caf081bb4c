using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MedChain.Core.Consensus.Engine;

/// <summary>What all validators of the process measure with: one meter and one source of traces, both named "MedChain". Every instrument is
/// described in docs/operations.md. Tags: the chain and the validator's index, and a few fixed words, so the number of series is that of
/// validators times a constant.</summary>
internal static class EngineInstruments
{
    public const string Name = "MedChain";

    public static readonly Meter Meter = new(Name);

    public static readonly ActivitySource Traces = new(Name);

    public static readonly Counter<long> Submissions = Meter.CreateCounter<long>(
        "medchain.submissions", "{transaction}", "Transactions offered, by answer.");

    public static readonly Histogram<double> TransactionDuration = Meter.CreateHistogram<double>(
        "medchain.transaction.duration", "s", "From acceptance here to delivery.");

    public static readonly Counter<long> Batches = Meter.CreateCounter<long>(
        "medchain.batches", "{batch}", "Batches made in the validator's own lane.");

    public static readonly Histogram<double> PhaseDuration = Meter.CreateHistogram<double>(
        "medchain.phase.duration", "s", "Time in each phase: fix, prepare, commit, execute, seal.");

    public static readonly Counter<long> Blocks = Meter.CreateCounter<long>("medchain.blocks", "{block}", "Blocks stored.");

    public static readonly Counter<long> FetchedBlocks = Meter.CreateCounter<long>(
        "medchain.blocks.fetched", "{block}", "Decided blocks that came from a peer because this validator was behind.");

    public static readonly Counter<long> ViewChanges = Meter.CreateCounter<long>(
        "medchain.view.changes", "{view}", "Changes of the validator's view.");

    public static readonly Histogram<double> FlushDuration = Meter.CreateHistogram<double>(
        "medchain.log.flush.duration", "s", "From handing records to the log until they are durable.");

    public static readonly KeyValuePair<string, object?> Fix = new("phase", "fix");

    public static readonly KeyValuePair<string, object?> Prepare = new("phase", "prepare");

    public static readonly KeyValuePair<string, object?> Commit = new("phase", "commit");

    public static readonly KeyValuePair<string, object?> Execute = new("phase", "execute");

    public static readonly KeyValuePair<string, object?> Seal = new("phase", "seal");
}
