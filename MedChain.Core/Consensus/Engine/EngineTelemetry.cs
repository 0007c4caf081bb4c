using System.Diagnostics;
using System.Diagnostics.Metrics;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Measures one validator from outside its machine: what goes in, what comes out, and when. Costs a few comparisons for each step
/// and allocates nothing when nobody listens.</summary>
internal sealed class EngineTelemetry(CbftEngineOptions options)
{
    /// <summary>Batches whose certificate is awaited; more are not timed.</summary>
    private const int MaxTimedBatches = 64;

    private readonly KeyValuePair<string, object?> _chain = new("chain", options.Chain.ToString());
    private readonly KeyValuePair<string, object?> _validator = new("validator", NameOf(options));
    private readonly TimeProvider _time = options.TimeProvider;
    private readonly SlotTimeline _slots = new(options.TimeProvider);
    private readonly Queue<(BatchReference Batch, long Since)> _unfixed = new();
    private BatchReference _lastBatch;
    private long _view;

    public Measurement<long> Measure(long value) => new(value, _chain, _validator);

    public Measurement<long> Measure(long value, string tag, string word) => new(value, _chain, _validator, new(tag, word));

    /// <summary>Times a submitted transaction until its delivery; <see langword="null"/> when nobody listens.</summary>
    public TransactionTrace? StartTransaction()
    {
        if (!EngineInstruments.Traces.HasListeners() && !EngineInstruments.TransactionDuration.Enabled)
        {
            return null;
        }

        // The caller goes on long before the transaction ends: its own activity stays the current one.
        Activity? current = Activity.Current;
        Activity? trace = EngineInstruments.Traces.StartActivity("medchain.transaction");
        trace?.SetTag(_chain.Key, _chain.Value).SetTag(_validator.Key, _validator.Value);
        Activity.Current = current;
        return new TransactionTrace(_time.GetTimestamp(), trace);
    }

    public void OnSubmitted(SubmitResult answer)
    {
        if (EngineInstruments.Submissions.Enabled)
        {
            string word = answer switch
            {
                SubmitResult.Accepted => "accepted",
                SubmitResult.Duplicate => "duplicate",
                SubmitResult.Overloaded => "overloaded",
                SubmitResult.Invalid => "invalid",
                _ => "unavailable",
            };
            EngineInstruments.Submissions.Add(1, _chain, _validator, new KeyValuePair<string, object?>("answer", word));
        }
    }

    /// <summary>A transaction that was accepted here is delivered.</summary>
    public void OnDelivered(TransactionTrace trace)
    {
        EngineInstruments.TransactionDuration.Record(_time.GetElapsedTime(trace.Since).TotalSeconds, _chain, _validator);
        if (trace.Activity is { } activity)
        {
            Activity? current = Activity.Current;
            activity.Stop();
            Activity.Current = current;
        }
    }

    /// <summary>Starts timing a flush; 0 when nobody listens.</summary>
    public long StartFlush() => EngineInstruments.FlushDuration.Enabled ? _time.GetTimestamp() : 0;

    public void OnFlushed(long since)
    {
        if (since != 0)
        {
            EngineInstruments.FlushDuration.Record(_time.GetElapsedTime(since).TotalSeconds, _chain, _validator);
        }
    }

    /// <summary>Looks at one step of the machine.</summary>
    public void OnStep(Input input, List<Effect> effects, EpochMachine machine)
    {
        if (machine.State.View.Value != _view)
        {
            EngineInstruments.ViewChanges.Add(1, _chain, _validator);
            _view = machine.State.View.Value;
        }

        if (input is Input.PeerMessage { Message: BlocksData data })
        {
            EngineInstruments.FetchedBlocks.Add(data.Blocks.Length, _chain, _validator);
        }

        if (machine.IsMember)
        {
            WatchBatches(machine.OwnTip, machine.Lanes[machine.Settings.Index].FixedTip);
        }

        bool timed = EngineInstruments.PhaseDuration.Enabled || EngineInstruments.Traces.HasListeners();
        if (timed && input is Input.BlockExecuted executed)
        {
            _slots.Mark(executed.Height.Value, SlotMark.Executed);
        }

        foreach (Effect effect in effects)
        {
            if (effect is Effect.StoreBlock)
            {
                EngineInstruments.Blocks.Add(1, _chain, _validator);
            }

            if (timed)
            {
                Watch(effect);
            }
        }
    }

    /// <summary>The validator's index in the genesis, or the key of one that joined later: it stays the same in all epochs.</summary>
    private static object NameOf(CbftEngineOptions options)
    {
        for (int i = 0; i < options.Validators.Count; i++)
        {
            if (options.Validators.Members[i].VotingKey == options.SigningKey.PublicKey)
            {
                return i;
            }
        }

        return options.SigningKey.PublicKey.ToString();
    }

    private void Watch(Effect effect)
    {
        switch (effect)
        {
            case Effect.Persist { Record: var record } when MarkOf((RecordKind)record.Kind) is { } mark:
                _slots.Mark(record.Slot.Value, mark);
                break;
            case Effect.Execute execute:
                _slots.Mark(execute.Height.Value, SlotMark.Ordered);
                break;
            case Effect.StoreBlock store:
                _slots.Mark(store.Header.Height.Value, SlotMark.Stored);
                break;
            case Effect.Certify certify:
                _slots.Mark(certify.Header.Height.Value, SlotMark.Sealed);
                _slots.Finish(certify.Header.Height.Value, _chain, _validator);
                break;
        }
    }

    private void WatchBatches(BatchReference made, BatchReference certified)
    {
        if (made != _lastBatch)
        {
            if (made.Height > 0)
            {
                EngineInstruments.Batches.Add(
                    made.Incarnation == _lastBatch.Incarnation ? made.Height - _lastBatch.Height : made.Height, _chain, _validator);
            }

            _lastBatch = made;
            if (EngineInstruments.PhaseDuration.Enabled && _unfixed.Count < MaxTimedBatches)
            {
                _unfixed.Enqueue((made, _time.GetTimestamp()));
            }
        }

        while (_unfixed.TryPeek(out (BatchReference Batch, long Since) batch) && !batch.Batch.IsAfter(certified))
        {
            _unfixed.Dequeue();
            EngineInstruments.PhaseDuration.Record(
                _time.GetElapsedTime(batch.Since).TotalSeconds, EngineInstruments.Fix, _chain, _validator);
        }
    }

    private static SlotMark? MarkOf(RecordKind kind) => kind switch
    {
        RecordKind.Prepare => SlotMark.Voted,
        RecordKind.Prepared => SlotMark.Prepared,
        RecordKind.Decided => SlotMark.Decided,
        _ => null,
    };
}
