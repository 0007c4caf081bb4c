using MedChain.Core.Blocks;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Storage;

namespace MedChain.Core.Nodes;

/// <summary>The validators of one chain that run in this process, seen as one. They may come and go.</summary>
internal sealed class HostedChain
{
    private readonly LiveList<LedgerValidator> _validators;
    private Task _stopped;

    /// <summary>The furthest state of those who left: what they acknowledged stays readable until the others are there.</summary>
    private LedgerSnapshot? _left;

    public HostedChain(Genesis genesis, IReadOnlyList<LedgerValidator> validators)
    {
        if (validators.Count == 0)
        {
            throw new ArgumentException($"No validator of '{genesis.Name}' runs in this process; pass at least one.", nameof(validators));
        }

        Genesis = genesis;
        _validators = new LiveList<LedgerValidator>(validators);
        _stopped = AllStopped();
    }

    public Genesis Genesis { get; }

    /// <summary>What requests from this process name as the acting software.</summary>
    public ActingSoftware Software { get; init; } = ActingSoftware.Library;

    /// <summary>The validators at the moment of each enumeration.</summary>
    public IReadOnlyList<LedgerValidator> Validators => _validators;

    /// <summary>Whether any of the validators still takes part.</summary>
    public bool IsRunning => !Volatile.Read(ref _stopped).IsCompleted;

    /// <summary>The running validator that is furthest; the first when none runs.</summary>
    public LedgerValidator Best =>
        Validators.Where(v => v.IsRunning).MaxBy(v => v.Machine.Sealed?.Height.Value ?? 0) ?? Validators[0];

    /// <summary>The last sealed state; one that a validator saw before it stopped is sealed all the same.</summary>
    public SealedState? Sealed => Validators.Select(v => v.Machine.Sealed).MaxBy(s => s?.Height.Value ?? 0);

    /// <summary>Who validated the chain when, as far as any of the validators has come.</summary>
    public ValidatorHistory History => Validators.Select(v => v.Engine.Validators).MaxBy(h => h.Epochs.Length)!;

    public IBlobStore Blobs => Best.Blobs;

    /// <summary>The state that the furthest validator has executed, for reading. It holds all that any of the validators has acknowledged,
    /// also one that stopped since.</summary>
    public LedgerState Read()
    {
        LedgerSnapshot here = Validators.Select(v => v.Machine.Current).MaxBy(s => s.Height.Value)!;
        return (Volatile.Read(ref _left) is { } left && left.Height > here.Height ? left : here).Read();
    }

    /// <summary>Completes at the next seal after the call that any validator hears of, or when all have stopped.</summary>
    public Task NextSeal() => Task.WhenAny([.. Validators.Select(v => v.Machine.NextSeal()), Volatile.Read(ref _stopped)]);

    /// <summary>Takes up a validator that has started. Not at the same time as another change.</summary>
    public void Add(LedgerValidator validator)
    {
        _validators.Add(validator);
        Volatile.Write(ref _stopped, AllStopped());
    }

    /// <summary>Lets a validator go that has stopped; never the last one. Not at the same time as another change.</summary>
    public void Remove(LedgerValidator validator)
    {
        if (_left is null || validator.Machine.Current.Height > _left.Height)
        {
            Volatile.Write(ref _left, validator.Machine.Current);
        }

        _validators.Remove(validator);
        Volatile.Write(ref _stopped, AllStopped());
    }

    /// <summary>For those who wait for seals: none comes any more once all validators have stopped.</summary>
    /// <exception cref="InvalidOperationException">They have.</exception>
    public void ThrowIfStopped()
    {
        if (!IsRunning)
        {
            throw new InvalidOperationException(
                $"All validators of chain '{Genesis.Name}' in this process have stopped: start the network again and go on waiting there.");
        }
    }

    private Task AllStopped() => Task.WhenAll(Validators.Select(v => v.Engine.Completion));
}
