using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Nodes;

/// <summary>One validator: a ledger behind consensus.</summary>
internal sealed class LedgerValidator : IAsyncDisposable
{
    private static readonly TimeSpan StoreLook = TimeSpan.FromMilliseconds(2);

    private readonly MisconductReporter _reporter;
    private long _storedState;

    private LedgerValidator(
        ChainValidatorOptions options, LedgerStateMachine machine, CbftEngine engine, MisconductReporter reporter)
    {
        _reporter = reporter;
        Options = options;
        Machine = machine;
        Engine = engine;
        _storedState = machine.Stored.Value;
        options.Caches.BlobUsers.Add(this);
    }

    public ChainValidatorOptions Options { get; }

    public Genesis Genesis => Options.Genesis;

    public LedgerStateMachine Machine { get; }

    public CbftEngine Engine { get; }

    public IBlobStore Blobs => Options.BlobStore;

    /// <summary>Height of the state from which this validator goes on after a crash, at the least.</summary>
    public BlockHeight StoredState => new(Volatile.Read(ref _storedState));

    /// <summary>Whether it takes part; a validator stops for good when its storage fails.</summary>
    public bool IsRunning => !Engine.Completion.IsCompleted;

    public static async Task<LedgerValidator> StartAsync(
        ChainValidatorOptions options, ILedgerRules rules, CancellationToken cancellationToken)
    {
        var executor = new LedgerExecutor(
            rules, options.StateStore, options.BlobStore, options.Caches.Transactions, options.Caches.Attachments);
        var machine = new LedgerStateMachine(executor);

        // Blocks that are executed again from here on need not wait in memory.
        machine.OnDurable(options.BlockStore.DurableHead);
        var reporter = new MisconductReporter();
        CbftEngine engine = await CbftEngine.StartAsync(
            new CbftEngineOptions
            {
                Chain = options.Genesis.Chain,
                Validators = options.Genesis.Validators,
                SigningKey = options.VotingKey,
                Contacts = options.Contacts,
                Transport = options.Transport,
                Log = options.ConsensusLog,
                LogStream = StreamName(options),
                BlockStore = options.BlockStore,
                StateMachine = machine,
                TimeProvider = options.TimeProvider,
                SignatureCache = options.Caches.Votes,
                OnEvidence = reporter.Post,
                Limits = options.Limits,
            },
            cancellationToken).ConfigureAwait(false);
        RestoreSeal(options, machine);
        var validator = new LedgerValidator(options, machine, engine, reporter);
        reporter.Start(validator);
        return validator;
    }

    /// <summary>What is recorded of validators that contradicted themselves, in the executed state.</summary>
    public IReadOnlyList<MisconductEntry> ReadMisconducts() =>
        [.. Machine.Current.Read().Scan<MisconductEntry>(StateKey.Misconducts).Select(e => e.Value)];

    /// <summary>Makes the state after a block durable, so that the block and those before it are never executed again.</summary>
    /// <param name="height">An executed block.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="StorageException">A store has failed.</exception>
    public async Task StoreStateAsync(BlockHeight height, CancellationToken cancellationToken)
    {
        if (StoredState >= height)
        {
            return;
        }

        while (true)
        {
            await Options.BlockStore.FlushAsync(cancellationToken).ConfigureAwait(false);
            Machine.OnDurable(Options.BlockStore.DurableHead);
            if (Machine.Stored >= height)
            {
                break;
            }

            // The block is executed, and will be stored in a moment.
            await Task.Delay(StoreLook, Options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }

        BlockHeight stored = Machine.Stored;
        await Options.StateStore.FlushAsync(cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _storedState, Math.Max(stored.Value, Volatile.Read(ref _storedState)));
    }

    /// <summary>Reports what an engine found; also called by the engine.</summary>
    public void Report(Evidence evidence) => _reporter.Post(evidence);

    public async ValueTask DisposeAsync()
    {
        Options.Caches.BlobUsers.Remove(this);
        await _reporter.DisposeAsync().ConfigureAwait(false);
        await Engine.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Tells the machine of the stored head's seal, so that after a restart proofs can be made before the next block
    /// comes.</summary>
    private static void RestoreSeal(ChainValidatorOptions options, LedgerStateMachine machine)
    {
        BlockHeight head = options.BlockStore.Head;
        if (head.Value > 0
            && options.BlockStore.TryReadCertificate(head) is { } certificate
            && Canonical.TryDecode(certificate, out SealCertificate? seal, out _)
            && options.BlockStore.TryRead(head) is { } block)
        {
            machine.OnSealed(Canonical.Decode<BlockHeader>(block.Header), seal);
        }
    }

    /// <summary>A validator with fresh keys has a stream of its own: what its institution signed with the old ones is not its
    /// business.</summary>
    private static string StreamName(ChainValidatorOptions options) => options.Index >= 0
        ? $"{options.Genesis.Chain}/{options.Index}"
        : $"{options.Genesis.Chain}/{options.VotingKey.PublicKey.ToString()[..32]}";
}
