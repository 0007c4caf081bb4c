using MedChain.Core.Computing;
using MedChain.Core.Consensus;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Nodes;

namespace MedChain.Core;

/// <summary>One validator of a transaction chain: it orders and executes, and computes the tasks it is chosen for. Thread safe.</summary>
public sealed class TransactionChain : IAsyncDisposable
{
    private readonly TaskExecutor _executor;

    private TransactionChain(LedgerValidator validator, TaskExecutor executor)
    {
        Validator = validator;
        _executor = executor;
    }

    /// <summary>Gets the chain's genesis.</summary>
    public Genesis Genesis => Validator.Genesis;

    /// <summary>Gets the consensus engine: its status, and why it stopped if it did.</summary>
    public CbftEngine Engine => Validator.Engine;

    /// <summary>Gets a task that ends when this validator computes no more: after <see cref="DisposeAsync"/>, or faulted with the
    /// reason.</summary>
    public Task ComputingCompletion => _executor.Completion;

    internal LedgerValidator Validator { get; }

    /// <summary>Starts the validator where its stores left off.</summary>
    /// <param name="options">Its keys, stores and transport.</param>
    /// <param name="accountChains">Validators of the account chains that it asks for data when a task needs it: all of each chain, so that
    /// enough shares come together. The list is read at each use, so it may be one that changes, if that is thread safe.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <returns>The running validator.</returns>
    /// <exception cref="ArgumentException">The options do not fit each other.</exception>
    /// <exception cref="Storage.StorageException">A store is damaged or belongs to another chain.</exception>
    public static async Task<TransactionChain> StartAsync(
        ChainValidatorOptions options, IReadOnlyList<AccountChain> accountChains, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(accountChains);
        options.Validate(ChainKind.Transaction);
        LedgerValidator validator = await LedgerValidator.StartAsync(
            options, new TaskLedger(options.Genesis, EvidenceJudge.Instance), cancellationToken).ConfigureAwait(false);
        var data = new AccountChainData(accountChains.Select(c => new AccountSource(c.Validator, c.Custodian)));
        return new TransactionChain(validator, new TaskExecutor(validator, data));
    }

    /// <summary>Reads which validators were convicted of contradicting themselves, as far as this validator has executed.</summary>
    /// <returns>One entry for each misconduct and place.</returns>
    public IReadOnlyList<MisconductEntry> ReadMisconducts() => Validator.ReadMisconducts();

    /// <summary>Proposes a change of the chain's validators in the name of this validator's operator, and approves it. When a quorum of the
    /// current operators has approved the same change, it is chosen, and takes effect with the next epoch.</summary>
    /// <param name="change">The change.</param>
    /// <param name="openBlocks">For how many blocks it may be approved, 1 to 100,000.</param>
    /// <param name="cancellationToken">Stops waiting; what was sent may still commit.</param>
    /// <returns>Done when the proposal is sealed.</returns>
    /// <exception cref="Clients.RefusedException">The change does not fit the current validators, or one is chosen already.</exception>
    public Task ProposeValidatorsAsync(ValidatorChange change, int openBlocks = 10_000, CancellationToken cancellationToken = default) =>
        OperatorTransactions.SendAsync(
            Validator,
            new ProposeValidators(change, new(Validator.Machine.Current.Height.Value + openBlocks)),
            cancellationToken);

    /// <summary>Approves a change that another operator proposed.</summary>
    /// <param name="proposer">Operator key of who proposed.</param>
    /// <param name="change">The change as this operator understood it: the approval counts for nothing else.</param>
    /// <param name="cancellationToken">Stops waiting; what was sent may still commit.</param>
    /// <returns>Done when the approval is sealed.</returns>
    /// <exception cref="Clients.RefusedException">There is no open proposal of this change.</exception>
    public Task ApproveValidatorsAsync(
        Primitives.PublicKey proposer, ValidatorChange change, CancellationToken cancellationToken = default) =>
        OperatorTransactions.SendAsync(Validator, new ApproveValidators(proposer, change), cancellationToken);

    /// <summary>Stops the validator; data and keys of tasks under way are erased.</summary>
    /// <returns>Done when it has stopped.</returns>
    public async ValueTask DisposeAsync()
    {
        await _executor.DisposeAsync().ConfigureAwait(false);
        await Validator.DisposeAsync().ConfigureAwait(false);
    }
}
