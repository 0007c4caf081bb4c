using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Keys;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Nodes;

/// <summary>Sends one account's transactions to a chain and waits until they are sealed. Thread safe; up to
/// <see cref="MaxOutstanding"/> at a time, the others wait their turn.</summary>
internal sealed class ChainClient : IDisposable
{
    /// <summary>Half the nonce window, so that no transaction can fall out of it however the chain orders them.</summary>
    public const int MaxOutstanding = NonceWindow.Width / 2;

    /// <summary>Most nonces that one command tries. Another client of the same account, or one of an earlier process, may take any of
    /// them first.</summary>
    private const int MaxNonces = 16;

    /// <summary>How long one validator has before the transaction is given to the next one as well.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<LedgerValidator> _validators;
    private readonly SigningKey _key;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turns = new(MaxOutstanding);
    private readonly Lock _lock = new();
    private long _lastNonce;

    public ChainClient(Genesis genesis, IReadOnlyList<LedgerValidator> validators, SigningKey key, TimeProvider time)
        : this(genesis, validators, AccountEntry.Name(genesis.Chain, key.PublicKey), key, time)
    {
    }

    private ChainClient(
        Genesis genesis, IReadOnlyList<LedgerValidator> validators, AccountId account, SigningKey key, TimeProvider time)
    {
        Genesis = genesis;
        Account = account;
        _validators = validators;
        _key = key;
        _time = time;
    }

    /// <summary>A client of the account that a holder's key signs for: another than the key names when it took the place of a lost
    /// one.</summary>
    public static ChainClient Of(HostedChain chain, HolderKeys keys, TimeProvider time) => new(
        chain.Genesis,
        chain.Validators,
        KeyHolder.Of(chain.Read(), chain.Genesis.Chain, keys.Signing.PublicKey),
        keys.Signing,
        time);

    public Genesis Genesis { get; }

    public AccountId Account { get; }

    /// <summary>For how many blocks a transaction is good; 0, the default, for ever. A refused transaction of a key without an account
    /// leaves no nonce, and the same bytes are not ordered twice: with an end, the next attempt is another transaction.</summary>
    public int GoodFor { get; init; }

    /// <summary>Stores the attachments, sends the command and waits for its sealed receipt.</summary>
    /// <exception cref="InvalidOperationException">The chain refuses to order it, which only a fault of the caller brings
    /// about.</exception>
    public async Task<CommittedTransaction> SendAsync(
        Command command, IReadOnlyList<Attachment> attachments, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (attachments.Count > 0)
            {
                ReadOnlyMemory<byte>[] blobs = [.. attachments.Select(a => a.Bytes)];
                foreach (IBlobStore store in _validators.Select(v => v.Blobs).Distinct())
                {
                    await store.PutAsync(blobs, cancellationToken).ConfigureAwait(false);
                }
            }

            byte[] body = Canonical.Encode(command);
            int restored = CountRestores();
            for (int attempt = 1; ; attempt++)
            {
                Transaction transaction = Transaction.Sign(Genesis.Chain, Account, _key, TakeNonce(), LastHeight(), body);
                CommittedTransaction committed =
                    await CommitAsync(Canonical.Encode(transaction), cancellationToken).ConfigureAwait(false);
                if (committed.Receipt.Status != ReceiptStatus.Duplicate || attempt == MaxNonces)
                {
                    return committed;
                }

                if (CountRestores() != restored)
                {
                    throw new InvalidOperationException(
                        $"What became of the transaction is not known here: a validator of chain '{Genesis.Name}' was given a later state "
                        + "while it waited, and a transaction with its nonce is in a block that was not executed here. Read the state "
                        + "to see whether it was applied.");
                }
            }
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private async Task<CommittedTransaction> CommitAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        Digest digest = Digest.Of(bytes);
        var answers = new Dictionary<LedgerValidator, Task<CommittedTransaction>>();
        try
        {
            while (true)
            {
                // Anew in each round: validators come and go.
                ValidatorSet current = Current();
                LedgerValidator[] order = Order(current);
                ThrowIfStopped(order);
                bool isFirst = answers.Count == 0;
                foreach (LedgerValidator validator in order.Where(v => !answers.ContainsKey(v)))
                {
                    answers.Add(validator, validator.Machine.WaitAsync(digest));
                }

                // Any validator may stop: whichever hears of the seal first answers.
                Task<Task<CommittedTransaction>> answer = Task.WhenAny(answers.Values);
                if (isFirst)
                {
                    await SubmitBackupsAsync(order.Skip(1), current.MaxFaulty, bytes, cancellationToken).ConfigureAwait(false);
                }

                await OfferAsync(order, bytes, answer, cancellationToken).ConfigureAwait(false);
                if (answer.IsCompleted)
                {
                    return await (await answer.ConfigureAwait(false)).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            foreach (LedgerValidator validator in answers.Keys)
            {
                validator.Machine.Forget(digest);
            }
        }
    }

    private long LastHeight() => GoodFor == 0 ? 0 : _validators.Max(v => v.Machine.Current.Height.Value) + GoodFor;

    private int CountRestores() => _validators.Sum(v => v.Machine.Restored);

    /// <summary>Gives the transaction to one validator after the other, until there is an answer.</summary>
    private async Task OfferAsync(LedgerValidator[] order, byte[] bytes, Task answer, CancellationToken cancellationToken)
    {
        bool isTaken = false;
        for (int i = 0; i < order.Length && !answer.IsCompleted; i++)
        {
            // One that takes nothing is passed over at once.
            if (await SubmitAsync(order[i], bytes, cancellationToken).ConfigureAwait(false) is { } patience)
            {
                isTaken = true;
                await WaitAsync(answer, patience, cancellationToken).ConfigureAwait(false);
            }
        }

        // When none takes anything, asking again and again changes nothing.
        if (!isTaken && order.Any(v => v.IsRunning))
        {
            await WaitAsync(answer, Patience, cancellationToken).ConfigureAwait(false);
        }
    }

    private void ThrowIfStopped(LedgerValidator[] order)
    {
        if (order.All(v => !v.IsRunning))
        {
            throw new InvalidOperationException(
                $"All validators of chain '{Genesis.Name}' in this process have stopped: start the network again. "
                + "What was sent may still commit then.");
        }
    }

    private async Task WaitAsync(Task answer, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(answer, Task.Delay(patience, _time, stop.Token)).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Gives the transaction to a validator.</summary>
    /// <returns>How long to wait before it goes to the next one too; <see langword="null"/> when this one takes no transactions.</returns>
    private static async Task<TimeSpan?> SubmitAsync(LedgerValidator validator, byte[] bytes, CancellationToken cancellationToken)
    {
        SubmitResult result = await validator.Engine.SubmitAsync(bytes, cancellationToken).ConfigureAwait(false);
        return result switch
        {
            SubmitResult.Overloaded overloaded => overloaded.RetryAfter,
            SubmitResult.Unavailable => null,
            SubmitResult.Invalid invalid => throw new InvalidOperationException(
                $"Chain '{validator.Genesis.Name}' does not take the transaction: {invalid.Reason}"),
            _ => Patience,
        };
    }

    /// <summary>Gives the transaction to f more validators, which order it when the first one does not. What they answer does not matter:
    /// the first one answers for what is wrong with it, and one that is full is no backup.</summary>
    private static async Task SubmitBackupsAsync(
        IEnumerable<LedgerValidator> others, int count, byte[] bytes, CancellationToken cancellationToken)
    {
        foreach (LedgerValidator backup in others.Where(v => v.IsRunning).Take(count))
        {
            await backup.Engine.SubmitBackupAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The validators of the current epoch, as far as those of this process know.</summary>
    private ValidatorSet Current() => _validators.Select(v => v.Engine.Validators.Latest).MaxBy(e => e.Number)!.Validators;

    /// <summary>The running validators first, among them those of the epoch, and among these the account's home and those that follow
    /// it.</summary>
    private LedgerValidator[] Order(ValidatorSet current)
    {
        int home = HomeLane.Of(Account.Value, current.Count);
        int PlaceOf(LedgerValidator validator)
        {
            int index = current.IndexOf(validator.Options.VotingKey.PublicKey);
            return index < 0 ? current.Count : (index - home + current.Count) % current.Count;
        }

        return [.. _validators.OrderBy(v => v.IsRunning ? 0 : 1).ThenBy(PlaceOf)];
    }

    /// <summary>A nonce above all that the state has seen and all that this client gave away, as far as the window allows: nonces given to
    /// transactions that never came are used again.</summary>
    private long TakeNonce()
    {
        long seen = _validators.Max(v =>
            v.Machine.Current.Read().GetOrDefault<NonceWindow>(StateKey.Nonce(Account)).Highest);
        lock (_lock)
        {
            _lastNonce = _lastNonce > seen && _lastNonce < seen + NonceWindow.Width ? _lastNonce + 1 : seen + 1;
            return _lastNonce;
        }
    }
}
