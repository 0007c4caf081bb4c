using MedChain.Core.Consensus;
using MedChain.Core.Custody;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Nodes;
using MedChain.Core.Nodes.Duties;

namespace MedChain.Core;

/// <summary>One validator of an account chain: it orders and executes, and keeps its shares of the records' keys. Thread safe.</summary>
public sealed class AccountChain : IAsyncDisposable
{
    private readonly CustodyDuties _duties;

    private AccountChain(LedgerValidator validator, ShareVault vault)
    {
        Validator = validator;
        Custodian = new Custodian(
            validator.Genesis, validator.Options.OperatorKey, vault, () => validator.Machine.Current, validator.Blobs);
        _duties = new CustodyDuties(validator, vault);
    }

    /// <summary>Gets the chain's genesis.</summary>
    public Genesis Genesis => Validator.Genesis;

    /// <summary>Gets the consensus engine: its status, and why it stopped if it did.</summary>
    public CbftEngine Engine => Validator.Engine;

    /// <summary>Gets a task that ends when this validator does no more for the records whose keys it keeps: after
    /// <see cref="DisposeAsync"/>, when its engine has stopped, or faulted with the reason.</summary>
    public Task CustodyCompletion => _duties.Completion;

    internal LedgerValidator Validator { get; }

    internal Custodian Custodian { get; }

    /// <summary>Starts the validator where its stores left off.</summary>
    /// <param name="options">Its keys, stores and transport.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <returns>The running validator.</returns>
    /// <exception cref="ArgumentException">The options do not fit each other.</exception>
    /// <exception cref="Storage.StorageException">A store is damaged or belongs to another chain.</exception>
    public static async Task<AccountChain> StartAsync(ChainValidatorOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate(ChainKind.Account);
        ShareVault vault = await ShareVault.OpenAsync(
            options.Genesis.Chain, options.CustodyKeys, options.CustodyStore, cancellationToken).ConfigureAwait(false);
        LedgerValidator validator = await LedgerValidator.StartAsync(
            options,
            new AccountLedger(options.Genesis, EvidenceJudge.Instance, options.DoubleCheckDecisions),
            cancellationToken).ConfigureAwait(false);
        return new AccountChain(validator, vault);
    }

    /// <summary>Reads which validators were convicted of contradicting themselves, as far as this validator has executed.</summary>
    /// <returns>One entry for each misconduct and place.</returns>
    public IReadOnlyList<MisconductEntry> ReadMisconducts() => Validator.ReadMisconducts();

    /// <summary>Reads which custodians were proved to have lied about records' keys, as far as this validator has executed.</summary>
    /// <returns>One entry for each custodian, record and kind.</returns>
    public IReadOnlyList<CustodyMisconductEntry> ReadCustodyMisconducts() =>
        [.. Validator.Machine.Current.Read().Scan<CustodyMisconductEntry>(StateKey.CustodyMisconducts).Select(e => e.Value)];

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

    /// <summary>Stops the validator. What it has acknowledged stays.</summary>
    /// <returns>Done when it has stopped.</returns>
    public async ValueTask DisposeAsync()
    {
        await _duties.DisposeAsync().ConfigureAwait(false);
        await Validator.DisposeAsync().ConfigureAwait(false);
    }
}
