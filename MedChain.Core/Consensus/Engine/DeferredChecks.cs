using MedChain.Core.Consensus.Messages;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Batches that others are assigned to check: their transactions are checked here only when no certificate comes in time. A few of
/// each lane, no more than an honest owner has uncertified. Thread safe.</summary>
internal sealed class DeferredChecks(CbftLimits limits, TimeProvider time)
{
    private readonly Lock _access = new();
    private readonly Dictionary<int, List<(Batch Batch, long Since)>> _lanes = [];

    /// <summary>Gets how long a certificate may take.</summary>
    public TimeSpan Patience { get; } = limits.SlotTimeout;

    /// <summary>Puts a batch aside.</summary>
    /// <returns><see langword="false"/> when it has to be checked now.</returns>
    public bool TryDefer(Batch batch)
    {
        lock (_access)
        {
            if (!_lanes.TryGetValue(batch.Header.Lane, out List<(Batch Batch, long Since)>? lane))
            {
                _lanes.Add(batch.Header.Lane, lane = []);
            }

            if (lane.Count >= limits.MaxUnfixedBatches)
            {
                return false;
            }

            lane.Add((batch, time.GetTimestamp()));
            return true;
        }
    }

    /// <summary>A quorum has acknowledged a batch: it and its ancestors need no check here.</summary>
    public void OnCertified(BatchReference tip)
    {
        lock (_access)
        {
            if (_lanes.TryGetValue(tip.Lane, out List<(Batch Batch, long Since)>? lane))
            {
                lane.RemoveAll(d => d.Batch.Header.Incarnation == tip.Incarnation && d.Batch.Header.Height <= tip.Height);
            }
        }
    }

    /// <summary>Takes out what has waited long enough.</summary>
    public List<Batch> TakeDue()
    {
        List<Batch> due = [];
        lock (_access)
        {
            foreach (List<(Batch Batch, long Since)> lane in _lanes.Values)
            {
                due.AddRange(lane.Where(IsDue).Select(d => d.Batch));
                lane.RemoveAll(IsDue);
            }
        }

        return due;

        bool IsDue((Batch Batch, long Since) deferred) => time.GetElapsedTime(deferred.Since) >= Patience;
    }
}
