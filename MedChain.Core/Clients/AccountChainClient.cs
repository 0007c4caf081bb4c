using MedChain.Core.Custody;
using MedChain.Core.Keys;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>An institution's side of its account chain: registers people and finds them again. Thread safe.</summary>
public sealed class AccountChainClient : IDisposable
{
    private const string PatientPrefix = "patient/";
    private const string PractitionerPrefix = "practitioner/";
    private const string AuditorPrefix = "auditor/";
    private const string OfficerPrefix = "officer/";
    private const string GuardianPrefix = "guardian/";

    private readonly LiveList<Custodian> _custodians;
    private readonly IKeyStore _keyStore;
    private readonly TimeProvider _time;
    private readonly HolderKeys _administrator;
    private readonly ChainClient _client;
    private readonly StateReader _reader;

    /// <summary>Initializes the client.</summary>
    /// <param name="validators">The chain's validators in this process; all of them, so that enough shares come together.</param>
    /// <param name="administrator">The administrator's keys; the client disposes them.</param>
    /// <param name="keyStore">Where people's keys are kept.</param>
    /// <param name="time">The clock; default the system's.</param>
    /// <param name="software">What accesses name as the acting software; default <see cref="ActingSoftware.Library"/>.</param>
    public AccountChainClient(
        IReadOnlyList<AccountChain> validators,
        HolderKeys administrator,
        IKeyStore keyStore,
        TimeProvider? time = null,
        ActingSoftware? software = null)
    {
        ArgumentNullException.ThrowIfNull(validators);
        ArgumentNullException.ThrowIfNull(administrator);
        ArgumentNullException.ThrowIfNull(keyStore);
        if (validators.Count == 0)
        {
            throw new ArgumentException("A client needs the chain's validators; pass at least one.", nameof(validators));
        }

        Chain = new HostedChain(validators[0].Genesis, [.. validators.Select(v => v.Validator)])
        {
            Software = software ?? ActingSoftware.Library,
        };
        _custodians = new LiveList<Custodian>(validators.Select(v => v.Custodian));
        _administrator = administrator;
        _keyStore = keyStore;
        _time = time ?? TimeProvider.System;
        _client = new ChainClient(Chain.Genesis, Chain.Validators, administrator.Signing, _time);
        _reader = new StateReader(Chain, _client);
        Contracts = new ContractClient(Chain, _client, AccountKind.Organisation);
        People = new PeopleAdministration(Chain, _client);
    }

    /// <summary>Gets the chain's genesis: its name, identifier and validators.</summary>
    public Genesis Genesis => Chain.Genesis;

    /// <summary>Gets the height of the last sealed block; 0 before the first.</summary>
    public BlockHeight Height => SealedHeight.Of(Chain);

    /// <summary>Gets the administrator's side of the chain's contracts: only the administrator deploys.</summary>
    public ContractClient Contracts { get; }

    /// <summary>Gets what the administrator does about people: suspension, minors.</summary>
    public PeopleAdministration People { get; }

    internal HostedChain Chain { get; }

    /// <summary>Registers a patient, or finds her when she is registered.</summary>
    /// <param name="handle">The host's name for her, 1 to 64 characters; never on the chain.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The patient; the caller disposes her.</returns>
    /// <exception cref="Storage.StorageException">Her keys cannot be stored.</exception>
    public async Task<Patient> RegisterPatientAsync(string handle, CancellationToken cancellationToken = default)
    {
        HolderKeys keys = KeysOf(PatientPrefix, handle);
        await RegisterAsync(AccountKind.Patient, keys, [], cancellationToken).ConfigureAwait(false);
        return new Patient(handle, Chain, _custodians, keys, _time);
    }

    /// <summary>Registers an account of a patient for one of her relationships, or finds it when it is registered. The host keeps none of
    /// its keys: they follow from her master secret.</summary>
    /// <param name="master">Her secret.</param>
    /// <param name="relationship">Her name for whom the account faces; never on the chain.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The patient as this account; the caller disposes it.</returns>
    public async Task<Patient> RegisterPseudonymAsync(
        MasterSecret master, string relationship, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(master);
        HolderKeys keys = master.DeriveKeys(Genesis.Chain, relationship);
        await RegisterAsync(AccountKind.Patient, keys, [], cancellationToken).ConfigureAwait(false);
        return new Patient(relationship, Chain, _custodians, keys, _time);
    }

    /// <summary>Registers a practitioner, or finds her when she is registered.</summary>
    /// <param name="handle">The host's name for her, 1 to 64 characters; never on the chain.</param>
    /// <param name="roles">Roles that the institution vouches for, such as "emergency-physician"; at most 16.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The practitioner; the caller disposes her.</returns>
    /// <exception cref="Storage.StorageException">Her keys cannot be stored.</exception>
    public async Task<Practitioner> RegisterPractitionerAsync(
        string handle, IEnumerable<string>? roles = null, CancellationToken cancellationToken = default)
    {
        HolderKeys keys = KeysOf(PractitionerPrefix, handle);
        await RegisterAsync(AccountKind.Practitioner, keys, roles ?? [], cancellationToken).ConfigureAwait(false);
        return new Practitioner(handle, Chain, _custodians, keys, _time);
    }

    /// <summary>Registers somebody who holds an office, or finds her when she is registered.</summary>
    /// <param name="handle">The host's name for her, 1 to 64 characters; never on the chain.</param>
    /// <param name="roles">The offices that the institution vouches for, such as <see cref="Officer.PrivacyRole"/>; at most 16.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The officer; the caller disposes her.</returns>
    /// <exception cref="Storage.StorageException">Her keys cannot be stored.</exception>
    public async Task<Officer> RegisterOfficerAsync(
        string handle, IEnumerable<string> roles, CancellationToken cancellationToken = default)
    {
        HolderKeys keys = KeysOf(OfficerPrefix, handle);
        await RegisterAsync(AccountKind.Organisation, keys, roles, cancellationToken).ConfigureAwait(false);
        return new Officer(handle, Chain, keys, _time);
    }

    /// <summary>Registers somebody who acts for patients or vouches for them, or finds her when she is registered.</summary>
    /// <param name="handle">The host's name for her, 1 to 64 characters; never on the chain.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The guardian; the caller disposes her.</returns>
    /// <exception cref="Storage.StorageException">Her keys cannot be stored.</exception>
    public async Task<Guardian> RegisterGuardianAsync(string handle, CancellationToken cancellationToken = default)
    {
        HolderKeys keys = KeysOf(GuardianPrefix, handle);
        await RegisterAsync(AccountKind.Guardian, keys, [], cancellationToken).ConfigureAwait(false);
        return new Guardian(handle, Chain, _custodians, keys, _time);
    }

    /// <summary>Makes new keys for a patient whose own are lost. When her guardians have supported them and the delay has passed they take
    /// over; from then on <see cref="RegisterPatientAsync"/> finds her under the new handle; before, it would register somebody
    /// new.</summary>
    /// <param name="account">Her account.</param>
    /// <param name="handle">The host's new name for her, 1 to 64 characters: the old one keeps the old keys.</param>
    /// <returns>The new keys and the way to finish; the caller disposes it. After a restart the same handle gives the same keys.</returns>
    /// <exception cref="Storage.StorageException">The keys cannot be stored.</exception>
    public KeyRecovery RecoverPatient(AccountId account, string handle) =>
        new(handle, account, Chain, _custodians, KeysOf(PatientPrefix, handle), _time);

    /// <summary>Registers an auditor, or finds her when she is registered.</summary>
    /// <param name="handle">The host's name for her, 1 to 64 characters; never on the chain.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The auditor; the caller disposes her.</returns>
    /// <exception cref="Storage.StorageException">Her keys cannot be stored.</exception>
    public async Task<Auditor> RegisterAuditorAsync(string handle, CancellationToken cancellationToken = default)
    {
        HolderKeys keys = KeysOf(AuditorPrefix, handle);
        await RegisterAsync(AccountKind.Auditor, keys, [], cancellationToken).ConfigureAwait(false);
        return new Auditor(handle, Chain, keys, _time);
    }

    /// <summary>Lists the patients whose keys this host keeps.</summary>
    /// <returns>Their handles, in ordinal order.</returns>
    public IReadOnlyList<string> PatientHandles() =>
    [
        .. _keyStore.Holders(Genesis.Name)
            .Where(h => h.StartsWith(PatientPrefix, StringComparison.Ordinal))
            .Select(h => h[PatientPrefix.Length..]),
    ];

    /// <summary>Says how coarsely the chain counts when it answers tasks: the transaction chain's validators see counts rounded down to
    /// multiples of the bucket. Cohorts are then taken to be smaller than they are.</summary>
    /// <param name="size">1 to 10,000; 1, the default, hides nothing.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of its range.</exception>
    public async Task SetCountBucketAsync(int size, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, (int)CountBucket.MaxSize);
        RefusedException.ThrowIfNotApplied(await _client.SendAsync(
            new SetCountBucket(new CountBucket(size)), [], cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Reads what the chain decided about a computing task for each of its patients. This is the institution's view; a patient
    /// finds her own line in her audit trail.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The decisions of the last round, in ascending order of patient; empty when the chain was not asked or the document was
    /// erased.</returns>
    /// <exception cref="Storage.StorageException">The document cannot be read, or is damaged.</exception>
    public async Task<IReadOnlyList<TaskDecision>> TaskDecisionsAsync(Digest task, CancellationToken cancellationToken = default) =>
        Chain.Read().Get<TaskAnswer>(StateKey.Task(task)) is { Decisions.IsZero: false } answer
        && await AttachmentReader.TryReadAsync<TaskDecisions>(Chain.Blobs, answer.Decisions, cancellationToken).ConfigureAwait(false)
            is { } decisions
            ? [.. decisions.Rows.Select(r => new TaskDecision(r.Patient, r.Outcome, r.Consumed))]
            : [];

    /// <summary>Keeps records from being erased, in the name of the institution.</summary>
    /// <param name="patient">Whose records.</param>
    /// <param name="record">The one record; <see langword="null"/> for all, also future ones.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The hold's identifier, once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">There is no such record, or its erasure is ordered already.</exception>
    public async Task<Digest> SetLegalHoldAsync(
        AccountId patient, Digest? record = null, CancellationToken cancellationToken = default)
    {
        var hold = new Digest(Cryptography.SecureRandom.Bytes(Digest.Size));
        RefusedException.ThrowIfNotApplied(await _client.SendAsync(
            new SetLegalHold(hold, patient, record ?? default), [], cancellationToken).ConfigureAwait(false));
        return hold;
    }

    /// <summary>Lifts a legal hold of the institution.</summary>
    /// <param name="patient">Whose records.</param>
    /// <param name="hold">The hold.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">The institution has set no such hold.</exception>
    public async Task LiftLegalHoldAsync(AccountId patient, Digest hold, CancellationToken cancellationToken = default) =>
        RefusedException.ThrowIfNotApplied(await _client.SendAsync(
            new LiftLegalHold(hold, patient), [], cancellationToken).ConfigureAwait(false));

    /// <summary>Reads an account's entry.</summary>
    /// <param name="account">The account.</param>
    /// <param name="mode">What the answer must be worth. <see cref="ReadMode.Ordered"/> sends a transaction of the administrator's and
    /// waits for it.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The entry, or that there is none, and the height of the state that was read.</returns>
    /// <exception cref="InvalidOperationException">The read must be ordered, and all validators in this process have stopped.</exception>
    public Task<AccountReading> ReadAccountAsync(
        AccountId account, ReadMode mode = ReadMode.Local, CancellationToken cancellationToken = default) =>
        AccountReading.ReadAsync(_reader, account, mode, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _administrator.Dispose();
    }

    /// <summary>Takes up a validator that has started in this process.</summary>
    internal void Add(AccountChain validator)
    {
        Chain.Add(validator.Validator);
        _custodians.Add(validator.Custodian);
    }

    /// <summary>Lets a validator go that has stopped.</summary>
    internal void Remove(AccountChain validator)
    {
        Chain.Remove(validator.Validator);
        _custodians.Remove(validator.Custodian);
    }

    internal Task AnchorAsync(Genesis other, CancellationToken cancellationToken) =>
        Registration.AnchorAsync(Chain, _client, other, cancellationToken);

    private HolderKeys KeysOf(string prefix, string handle)
    {
        ArgumentException.ThrowIfNullOrEmpty(handle);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(handle.Length, 64, nameof(handle));
        return _keyStore.GetOrCreate(Genesis.Name, prefix + handle);
    }

    private Task RegisterAsync(AccountKind kind, HolderKeys keys, IEnumerable<string> roles, CancellationToken cancellationToken) =>
        Registration.RegisterAsync(Chain, _client, kind, keys, roles, cancellationToken);
}
