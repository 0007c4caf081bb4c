namespace MedChain.Core.Tests.Simulation;

/// <summary>The clients: what they submitted, where, and what they must therefore find in the chain.</summary>
internal sealed class SimulatedClients(SimulatedCluster cluster)
{
    private readonly List<Taken> _taken = [];

    public void Submit(Incident.Submission submission)
    {
        if (submission.Class != FaultClass.None)
        {
            cluster.Statistics.Injected(submission.Class);
        }

        foreach (SimulatedNode node in cluster.Nodes.Where(n => ((submission.Nodes >> n.Id) & 1) != 0))
        {
            Submit(node, submission.Requests);
        }
    }

    /// <summary>Submits to one validator.</summary>
    public void Submit(SimulatedNode node, IReadOnlyList<ClientRequest> requests)
    {
        foreach (ClientRequest request in requests)
        {
            ReadOnlyMemory<byte> transaction = cluster.Workload.Encode(request);
            (int, int) term = node.Term;
            bool taken = node.Submit([transaction]);
            if (taken && !request.Valid)
            {
                throw new InvalidOperationException($"The state machine's check accepts the invalid request {request}.");
            }

            if (request.Valid)
            {
                _taken.Add(new Taken(node, taken ? term : null, request, cluster.Workload.Identify(transaction)));
            }
        }
    }

    /// <summary>What an honest validator took and has not lost by a restart or by leaving the validators, and has no answer: it must still
    /// come.</summary>
    public IReadOnlyList<ClientRequest> Owed() =>
        [.. _taken.Where(t => t.Node.IsHonest && t.Term == t.Node.Term && !cluster.Checker.IsAnswered(t.Number)).Select(t => t.Request)];

    /// <summary>What has no answer at all: clients submit it again.</summary>
    public IReadOnlyList<ClientRequest> Open() =>
        [.. _taken.Where(t => !cluster.Checker.IsAnswered(t.Number)).DistinctBy(t => t.Number).Select(t => t.Request)];

    private sealed record Taken(SimulatedNode Node, (int Life, int Left)? Term, ClientRequest Request, (long Client, long Nonce) Number);
}
