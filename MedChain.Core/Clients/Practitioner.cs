using MedChain.Core.Custody;
using MedChain.Core.Keys;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>A practitioner's side: asks for patients' records. Thread safe.</summary>
public sealed class Practitioner : IDisposable
{
    private readonly HostedChain _chain;
    private readonly IReadOnlyList<Custodian> _custodians;
    private readonly HolderKeys _keys;
    private readonly ChainClient _client;

    internal Practitioner(string handle, HostedChain chain, IReadOnlyList<Custodian> custodians, HolderKeys keys, TimeProvider time)
    {
        Handle = handle;
        _chain = chain;
        _custodians = custodians;
        _keys = keys;
        _client = ChainClient.Of(chain, keys, time);
        Contracts = new ContractClient(chain, _client, AccountKind.Practitioner);
        Delegations = new PractitionerDelegations(chain, _client);
    }

    /// <summary>Gets the host's name for the practitioner; never on a chain.</summary>
    public string Handle { get; }

    /// <summary>Gets the practitioner's account.</summary>
    public AccountId Id => _client.Account;

    /// <summary>Gets the account's side of the chain's contracts.</summary>
    public ContractClient Contracts { get; }

    /// <summary>Gets what she passes on of what patients permit her.</summary>
    public PractitionerDelegations Delegations { get; }

    /// <summary>Asks for a patient's records. The decision is committed and the patient sees it, whatever it is.</summary>
    /// <param name="patient">The patient.</param>
    /// <param name="category">Category of the records.</param>
    /// <param name="purpose">HL7 v3 purpose of use, such as "TREAT".</param>
    /// <param name="justification">Free text for the record, at most 4 KiB.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The decision and, for a permit, the records.</returns>
    /// <exception cref="RefusedException">The request itself is wrong, for instance about no patient.</exception>
    public Task<AccessResult> ReadAsync(
        AccountId patient, string category, string purpose, string justification = "", CancellationToken cancellationToken = default) =>
        Access.RequestAsync(
            _chain,
            _custodians,
            _client,
            _keys.Agreement,
            patient,
            new AccessDetails("read", purpose, category, justification, new Actors(Id, _chain.Software)),
            cancellationToken);

    /// <summary>Breaks the glass: asks for a patient's records in an emergency, as far as she permits that. She is told, and the access is
    /// reviewed within 72 hours; until then no second one is permitted, and after that nothing at all.</summary>
    /// <param name="patient">The patient.</param>
    /// <param name="category">Category of the records.</param>
    /// <param name="justification">Why, at most 4 KiB.</param>
    /// <param name="purpose">HL7 v3 purpose of use: ETREAT or one below it; default "BTG".</param>
    /// <param name="window">How long custodians may release keys for it by block time, a second to 24 hours; default an hour.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The decision and, for a permit, the records.</returns>
    /// <exception cref="ArgumentException">The window is out of its range.</exception>
    /// <exception cref="RefusedException">The request itself is wrong: it is about no patient, or the purpose is no emergency.</exception>
    public Task<AccessResult> BreakGlassAsync(
        AccountId patient,
        string category,
        string justification,
        string purpose = "BTG",
        TimeSpan? window = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(justification);
        TimeSpan open = window ?? TimeSpan.FromHours(1);
        return new RequestEmergencyAccess(default, patient, default, (long)open.TotalMilliseconds).Problem() is { } problem
            ? throw new ArgumentException(problem, nameof(window))
            : Access.RequestAsync(
                _chain,
                _custodians,
                _client,
                _keys.Agreement,
                patient,
                new AccessDetails(EmergencyRules.Action, purpose, category, justification, new Actors(Id, _chain.Software)),
                open,
                cancellationToken);
    }

    /// <summary>Asks for one record of a patient, to read parts of it. The decision is committed and the patient sees it, whatever it
    /// is.</summary>
    /// <param name="patient">The patient.</param>
    /// <param name="record">The record, also one that was superseded.</param>
    /// <param name="purpose">HL7 v3 purpose of use, such as "TREAT".</param>
    /// <param name="justification">Free text for the record, at most 4 KiB.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The decision and, for a permit, the opened record, which the caller disposes.</returns>
    /// <exception cref="RefusedException">The request itself is wrong, for instance about no patient.</exception>
    public Task<OpeningResult> OpenAsync(
        AccountId patient, Digest record, string purpose, string justification = "", CancellationToken cancellationToken = default) =>
        Access.OpenAsync(
            _chain,
            _custodians,
            _client,
            _keys.Agreement,
            patient,
            new AccessDetails("read", purpose, "", justification, new Actors(Id, _chain.Software), record),
            cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _keys.Dispose();
    }
}
