using System.Threading.Channels;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus;

/// <summary>One validator of a chain: replicates a state machine by CBFT (Tsai et al.) over a transport. Owns the time, threads and I/O
/// around a protocol core that has none. Thread safe.</summary>
public sealed class CbftEngine : IAsyncDisposable
{
    private const int MaxLoopInputs = 8_192;

    private readonly CbftEngineOptions _options;
    private readonly TransactionPool _pool;
    private readonly EngineTelemetry _telemetry;
    private readonly ForwardDesk _forwards;
    private readonly VerificationStage _verification;
    private readonly LogWriter _logWriter;
    private readonly StorageStage _storage;
    private readonly EngineLoop _loop;
    private readonly Channel<Input> _inputs;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string? _damage;
    private readonly EpochVerifiers _verifiers;
    private ValidatorHistory _history;
    private bool _isMember;
    private bool _isLeaving;
    private Task[] _tasks = [];
    private int _wakePending;
    private int _disposed;

    private CbftEngine(CbftEngineOptions options, RecoveredChain recovered)
    {
        _options = options;
        _damage = recovered.StateFor(options.SigningKey.PublicKey).Damage;
        _history = recovered.History;
        _telemetry = new EngineTelemetry(options);
        _pool = new TransactionPool(options.Limits, options.TimeProvider, _telemetry);
        _inputs = Channel.CreateBounded<Input>(new BoundedChannelOptions(MaxLoopInputs) { SingleReader = true });
        SignatureCache signatures = options.SignatureCache ?? new SignatureCache();
        PublicKey self = options.SigningKey.PublicKey;
        var settings = new EpochSettings(options.Chain, self, options.Limits)
        {
            Contacts = options.Contacts,
            Adjust = epoch => epoch with
            {
                Batches = signatures.Batches,
                StrictFix = options.FixDurability == FixDurability.Strict,
                VouchedFrom = options.VouchedVerification ? VouchedBatches.MinTransactions : 0,
                TakesStates = options.StateMachine.TakeSnapshot() is not null,
            },
        };
        var machine = new EpochMachine(settings, new KeySigner(options.SigningKey, signatures), recovered);
        _isMember = machine.IsMember;
        var counters = new EngineCounters { Stored = recovered.Head?.Height.Value ?? 0 };
        _verifiers = new EpochVerifiers(options.Chain, _history.Latest, signatures);
        _forwards = new ForwardDesk((transaction, isBackup) => Offer(transaction, isBackup), options.Limits);
        var checkpoints = new CheckpointKeeper(
            options.Limits, options.StateMachine, height => BlockEncoding.Read(options.BlockStore, height));
        var peerServer = new PeerServer(options, checkpoints);
        var transfer = new TransferStage(options, _inputs.Writer);
        _verification = new VerificationStage(
            options, _pool, _forwards, _verifiers, signatures.Batches, _inputs.Writer, counters, transfer, peerServer);
        _verification.SetMembers(KeysOf(_history.Latest));
        _logWriter = new LogWriter(options.Log, options.LogStream, _inputs.Writer, _telemetry);
        _storage = new StorageStage(options, checkpoints, _inputs.Writer);
        var execution = new ExecutionStage(
            options.StateMachine, _pool, signatures.Batches, _storage.Backlog, checkpoints, _inputs.Writer);
        checkpoints.Resume(recovered, recovered.Head is { } head ? BlockEncoding.ReadSeal(options.BlockStore, head.Height) : null);
        _loop = new EngineLoop(
            options,
            machine,
            _inputs.Reader,
            _logWriter,
            execution,
            _storage,
            peerServer,
            transfer,
            _pool,
            counters,
            _verification,
            _telemetry,
            OnEpoch,
            Wake,
            () => Volatile.Write(ref _wakePending, 0));

        EngineGauges.Add(this, _telemetry);
        Run(execution, peerServer, transfer);
    }

    /// <summary>Gets where this validator is.</summary>
    public CbftStatus Status => _loop.Status;

    /// <summary>Gets who validated the chain when, up to the epoch that this validator is in: what a light client needs.</summary>
    public ValidatorHistory Validators => Volatile.Read(ref _history);

    /// <summary>Gets a task that ends when this validator has stopped: without an error after <see cref="DisposeAsync"/>, else with the
    /// reason, which is final. A storage failure, for one, stops the validator for good; the process and the other validators go
    /// on.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Recovers a validator from its log and store, and starts it.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="cancellationToken">Stops the recovery.</param>
    /// <returns>The running validator.</returns>
    /// <exception cref="ArgumentException">An option is missing or out of its range.</exception>
    /// <exception cref="Storage.StorageException">The store cannot be read or belongs to another chain.</exception>
    /// <exception cref="ConsensusException">The state machine does not fit the stored blocks.</exception>
    /// <remarks>A validator whose log is damaged or lost starts too, but only follows: see <see cref="CbftStatus.CanVote"/>.</remarks>
    public static async Task<CbftEngine> StartAsync(CbftEngineOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        RecoveredChain recovered = await EngineRecovery.RecoverAsync(options, cancellationToken).ConfigureAwait(false);
        return new CbftEngine(options, recovered);
    }

    /// <summary>Offers a transaction to be ordered.</summary>
    /// <param name="transaction">Its bytes; the buffer must not change afterwards.</param>
    /// <param name="cancellationToken">Observed before the transaction is taken.</param>
    /// <returns>Whether it was taken, and if not why. It is ordered when its block is delivered, not before.</returns>
    /// <remarks>It goes into this validator's next batch, whoever sent it, unless it was seen in another validator's: whoever gives a
    /// transaction to several validators gives it to the others by <see cref="SubmitBackupAsync"/>.</remarks>
    public ValueTask<SubmitResult> SubmitAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Answer(transaction, isBackup: false));
    }

    /// <summary>Offers a transaction that another validator, its client's home, was given to order. This one holds it, and orders it when
    /// <see cref="CbftLimits.BackupBlocks"/> blocks and <see cref="CbftLimits.BackupDelay"/> pass without it. So a client that reaches home
    /// and f backups gets its transaction ordered once when all is well, and still ordered when its home fails.</summary>
    /// <param name="transaction">Its bytes; the buffer must not change afterwards.</param>
    /// <param name="cancellationToken">Observed before the transaction is taken.</param>
    /// <returns>As <see cref="SubmitAsync"/>; a later <see cref="SubmitAsync"/> of the same bytes orders it at once.</returns>
    public ValueTask<SubmitResult> SubmitBackupAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Answer(transaction, isBackup: true));
    }

    /// <summary>Stops the validator and waits until nothing of it runs any more. The log, the store and the state machine stay
    /// open.</summary>
    /// <returns>Done when it has stopped.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            await _completion.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        EngineGauges.Remove(this);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _options.Transport.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _completion.TrySetResult();
        _stopping.Dispose();
    }

    private SubmitResult Answer(ReadOnlyMemory<byte> transaction, bool isBackup)
    {
        SubmitResult answer = Offer(transaction, isBackup);
        _telemetry.OnSubmitted(answer);
        return answer;
    }

    private SubmitResult Offer(ReadOnlyMemory<byte> transaction, bool isBackup)
    {
        if (_completion.Task.IsCompleted || _stopping.IsCancellationRequested)
        {
            return new SubmitResult.Unavailable("This validator has stopped; submit to another one.");
        }

        if (_damage is not null)
        {
            return new SubmitResult.Unavailable($"This validator only follows the chain; submit to another one. {_damage}");
        }

        if (!Volatile.Read(ref _isMember) || Volatile.Read(ref _isLeaving))
        {
            return new SubmitResult.Unavailable("This validator does not vote in this epoch or in the next; submit to another one.");
        }

        if (transaction.IsEmpty || transaction.Length > _options.Limits.MaxTransactionBytes)
        {
            return new SubmitResult.Invalid(
                $"A transaction has 1 to {_options.Limits.MaxTransactionBytes} bytes; this one has {transaction.Length}.");
        }

        if (_options.StateMachine.Check(transaction) is { } reason)
        {
            return new SubmitResult.Invalid(reason);
        }

        TransactionOrigin? origin = _options.StateMachine.Identify(transaction);
        if (origin is { LastHeight.Value: > 0 } limited && limited.LastHeight < _loop.Status.Delivered)
        {
            return new SubmitResult.Invalid(
                $"The transaction was good up to height {limited.LastHeight}; this chain is at {_loop.Status.Delivered}.");
        }

        if (_pool.TryAdd(transaction, origin?.Client, isBackup) is { } refusal)
        {
            return refusal;
        }

        Wake();
        return new SubmitResult.Accepted();
    }

    /// <summary>Measures every buffer between the parts of this validator, and those of its machine as the loop saw them last.</summary>
    internal IReadOnlyList<BufferSize> MeasureBuffers() =>
    [
        .. _verification.Measure(),
        .. _pool.Measure(),
        _logWriter.Backlog.Measure(slack: 1, 2L * _options.Limits.Window * WireLimits.MaxBlockBytes),
        _storage.Backlog.Measure(slack: 2 * _options.Limits.Window, WireLimits.MaxBlockBytes),
        new BufferSize("loop.inputs", _inputs.Reader.Count, MaxLoopInputs),
        .. _loop.Buffers,
    ];

    /// <summary>Gives the loop a turn. One wake-up at a time is enough, for a turn takes all there is.</summary>
    private void Wake()
    {
        if (Interlocked.Exchange(ref _wakePending, 1) == 0 && !_inputs.Writer.TryWrite(new Input.TimePassed()))
        {
            Volatile.Write(ref _wakePending, 0); // The channel is full, so the loop has turns to come anyway.
        }
    }

    /// <summary>An epoch's end or beginning. Called on the loop.</summary>
    private void OnEpoch(Effect effect)
    {
        switch (effect)
        {
            case Effect.EpochChosen chosen:
                _verifiers.Add(chosen.Next);
                _verification.SetMembers(KeysOf(_history.Latest).Concat(KeysOf(chosen.Next)));
                // What this validator takes now would be lost if the epoch ends first.
                Volatile.Write(ref _isLeaving, !KeysOf(chosen.Next).Contains(_options.SigningKey.PublicKey));
                _forwards.SetLeavers(KeysOf(_history.Latest).Except(KeysOf(chosen.Next)));
                break;
            case Effect.EpochEntered entered:
                Volatile.Write(ref _history, entered.History);
                Volatile.Write(ref _isMember, entered.IsMember);
                Volatile.Write(ref _isLeaving, false);
                _verifiers.Enter(entered.History.Latest);
                _verification.SetMembers(KeysOf(entered.History.Latest));
                _forwards.SetLeavers(KeysOf(entered.History.Epochs[^2]).Except(KeysOf(entered.History.Latest)));
                if (!entered.IsMember)
                {
                    _pool.ForgetPending();
                }

                break;
        }
    }

    private static IEnumerable<PublicKey> KeysOf(ChainEpoch epoch) => epoch.Validators.Members.Select(m => m.VotingKey);

    private void Run(ExecutionStage execution, PeerServer peerServer, TransferStage transfer)
    {
        CancellationToken token = _stopping.Token;
        List<Task> tasks =
        [
            Guard(() => _loop.RunAsync(token)),
            Guard(() => _logWriter.RunAsync(token)),
            Guard(() => execution.RunAsync(token)),
            Guard(() => _storage.RunAsync(token)),
            Guard(() => peerServer.RunAsync(token)),
            Guard(() => transfer.RunAsync(token)),
        ];
        tasks.AddRange(_verification.Run(token).Select(t => Guard(() => t)));

        _tasks = [.. tasks];
        _options.Transport.Start(_verification.Post);
    }

    /// <summary>Runs one part; when it fails, all of the validator stops, and nothing else does.</summary>
    private Task Guard(Func<Task> part) => Task.Run(async () =>
    {
        try
        {
            await part().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // Whatever broke, this validator stops and says why; the host's process must go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (_completion.TrySetException(e))
            {
                EngineGauges.Remove(this);
                await _stopping.CancelAsync().ConfigureAwait(false);
            }
        }
    });
}
