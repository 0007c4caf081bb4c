namespace MedChain.Core.Tests.Simulation;

/// <summary>One thing that happens to a run from outside. All incidents of a run are drawn before it starts, so a run can be repeated with
/// fewer of them: that is how a failing schedule is shrunk.</summary>
/// <param name="At">Virtual time of its start in milliseconds.</param>
/// <param name="Class">What it is an example of.</param>
internal abstract record Incident(long At, FaultClass Class)
{
    /// <summary>Trouble of links while it lasts.</summary>
    /// <param name="At">Start.</param>
    /// <param name="Until">End.</param>
    /// <param name="Class">A class of the network.</param>
    /// <param name="From">Sending nodes, one bit each.</param>
    /// <param name="To">Receiving nodes, one bit each.</param>
    /// <param name="Rate">How often it strikes, in percent.</param>
    /// <param name="Amount">How hard: milliseconds, or bytes per millisecond.</param>
    public sealed record Link(long At, long Until, FaultClass Class, ulong From, ulong To, int Rate, int Amount) : Incident(At, Class)
    {
        public override string ToString() => $"{At,6} ms {Class} until {Until}, from {From:b} to {To:b}, {Rate} %, amount {Amount}";
    }

    /// <summary>Trouble of one validator's process, disk or clock.</summary>
    /// <param name="At">Start.</param>
    /// <param name="Until">When the process is back, or the trouble over.</param>
    /// <param name="Class">A class of processes, disks or clocks.</param>
    /// <param name="Node">The node.</param>
    /// <param name="Amount">How hard: records, milliseconds, or parts per thousand of drift.</param>
    public sealed record Process(long At, long Until, FaultClass Class, int Node, long Amount) : Incident(At, Class)
    {
        public override string ToString() => $"{At,6} ms {Class} of validator {Node} until {Until}, amount {Amount}";
    }

    /// <summary>A lying validator's behaviour while it lasts.</summary>
    /// <param name="At">Start.</param>
    /// <param name="Until">End.</param>
    /// <param name="Class">A class of lies.</param>
    /// <param name="Node">The validator.</param>
    /// <param name="Rate">How often it lies, in percent.</param>
    /// <param name="Seed">What its choices follow from.</param>
    public sealed record Lie(long At, long Until, FaultClass Class, int Node, int Rate, ulong Seed) : Incident(At, Class)
    {
        public override string ToString() =>
            $"{At,6} ms {Class} by validator {Node} {(Until == long.MaxValue ? "for ever" : $"until {Until}")}, {Rate} %";
    }

    /// <summary>The operators change the validators, one at a time.</summary>
    /// <param name="At">When.</param>
    /// <param name="Class">A class of changes.</param>
    /// <param name="Pick">Chooses among the changes that are possible then.</param>
    public sealed record Change(long At, FaultClass Class, uint Pick) : Incident(At, Class)
    {
        public override string ToString() => $"{At,6} ms {Class}, choice {Pick}";
    }

    /// <summary>Clients submit transactions.</summary>
    /// <param name="At">When.</param>
    /// <param name="Class">A class of clients, or none.</param>
    /// <param name="Nodes">Which validators get all of them, one bit each.</param>
    /// <param name="Requests">What is submitted.</param>
    public sealed record Submission(long At, FaultClass Class, ulong Nodes, IReadOnlyList<ClientRequest> Requests) : Incident(At, Class)
    {
        public override string ToString() =>
            $"{At,6} ms {(Class == FaultClass.None ? "Request" : Class)} to {Nodes:b}: {string.Join(", ", Requests)}";
    }
}

/// <summary>What a client wants.</summary>
/// <param name="Client">Who.</param>
/// <param name="Nonce">The client's number for it, from 1.</param>
/// <param name="Content">What tells it from another request under the same number.</param>
/// <param name="Valid">Whether it is signed as it must be.</param>
internal sealed record ClientRequest(int Client, long Nonce, int Content, bool Valid)
{
    public override string ToString() => $"{Client}/{Nonce}{(Content == 0 ? "" : $"+{Content}")}{(Valid ? "" : " (bad signature)")}";
}
