using MedChain.Core.Ledger;
using MedChain.Core.Storage;

namespace MedChain.Core.Nodes;

/// <summary>The validators of one chain that run in this process, seen as one.</summary>
internal sealed class HostedChain
{
    public HostedChain(Genesis genesis, IReadOnlyList<LedgerValidator> validators)
    {
        if (validators.Count == 0)
        {
            throw new ArgumentException($"No validator of '{genesis.Name}' runs in this process; pass at least one.", nameof(validators));
        }

        Genesis = genesis;
        Validators = validators;
    }

    public Genesis Genesis { get; }

    public IReadOnlyList<LedgerValidator> Validators { get; }

    /// <summary>The running validator that is furthest; the first when none runs.</summary>
    public LedgerValidator Best =>
        Validators.Where(v => v.IsRunning).MaxBy(v => v.Machine.Sealed?.Height.Value ?? 0) ?? Validators[0];

    public SealedState? Sealed => Best.Machine.Sealed;

    public IBlobStore Blobs => Best.Blobs;

    /// <summary>The executed state of the furthest validator, for reading.</summary>
    public LedgerState Read() => Best.Machine.Current.Read();

    /// <summary>Completes at the next seal after the call that any validator hears of.</summary>
    public Task NextSeal() => Task.WhenAny(Validators.Select(v => v.Machine.NextSeal()));
}
