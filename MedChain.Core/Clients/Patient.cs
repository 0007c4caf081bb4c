using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Custody;
using MedChain.Core.Keys;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Ledger.Accounts.Resharing;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>A patient's side: her keys, her records, her permissions and her audit trail. Plaintext and keys are here and nowhere else.
/// Thread safe.</summary>
public sealed partial class Patient : IDisposable
{
    /// <summary>How long custodians have to confirm an erasure unless the patient says otherwise.</summary>
    public static readonly TimeSpan DefaultErasureWindow = TimeSpan.FromHours(1);

    private readonly HostedChain _chain;
    private readonly IReadOnlyList<Custodian> _custodians;
    private readonly HolderKeys _keys;
    private readonly ChainClient _client;
    private readonly TimeProvider _time;

    internal Patient(string handle, HostedChain chain, IReadOnlyList<Custodian> custodians, HolderKeys keys, TimeProvider time)
    {
        Handle = handle;
        _chain = chain;
        _custodians = custodians;
        _keys = keys;
        _time = time;
        _client = ChainClient.Of(chain, keys, time);
        Contracts = new ContractClient(chain, _client, AccountKind.Patient);
        Safeguards = new PatientSafeguards(chain, _client);
        Permissions = new PatientPermissions(chain, _client);
    }

    /// <summary>Gets the host's name for the patient; never on a chain.</summary>
    public string Handle { get; }

    /// <summary>Gets the patient's pseudonym on her chain.</summary>
    public AccountId Id => _client.Account;

    /// <summary>Gets the account's side of the chain's contracts.</summary>
    public ContractClient Contracts { get; }

    /// <summary>Gets what she has set up for emergencies and for people who act for her.</summary>
    public PatientSafeguards Safeguards { get; }

    /// <summary>Gets what more she can do with her permissions: versions, revocations of other kinds, old decisions.</summary>
    public PatientPermissions Permissions { get; }

    /// <summary>Gets the records that can be asked for, each in its newest version, in the order of their identifiers.</summary>
    public IReadOnlyList<Digest> Records =>
    [
        .. _chain.Read().Scan<RecordEntry>(StateKey.RecordsOf(Id))
            .Where(r => r.Value.IsCurrent)
            .Select(r => StateKey.SecondPart(r.Key)),
    ];

    /// <summary>Gets the grants of her own that are in force, in the order of their identifiers.</summary>
    public IReadOnlyList<Digest> Grants =>
    [
        .. _chain.Read().Scan<GrantEntry>(StateKey.GrantsOf(Id))
            .Where(g => g.Value.Standing == GrantStanding.InForce && g.Value.Parent.IsZero)
            .Select(g => StateKey.SecondPart(g.Key)),
    ];

    /// <summary>Says how often one of her grants was used.</summary>
    /// <param name="grant">The grant, in force or revoked.</param>
    /// <returns>The number of uses that the chain counted; 0 for a grant whose policies count none.</returns>
    /// <exception cref="ArgumentException">She has no such grant.</exception>
    public long UsesOf(Digest grant) => _chain.Read().Get<GrantEntry>(StateKey.Grant(Id, grant)) is { } entry
        ? entry.Uses
        : throw new ArgumentException($"The patient has no grant {grant} on '{_chain.Genesis.Name}'.", nameof(grant));

    /// <summary>Says where one of her records is in its life.</summary>
    /// <param name="record">The record.</param>
    /// <returns>Its status, by the state that the furthest validator has executed.</returns>
    /// <exception cref="ArgumentException">She has no such record.</exception>
    public RecordStatus StatusOf(Digest record) => Find(record).Shown;

    /// <summary>Sets a permission.</summary>
    /// <param name="cedarText">Cedar policies that all name this patient; see <see cref="PermissionTemplates"/>.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The grant, once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">The policy is wrong: the message has line, column and what to do.</exception>
    public async Task<Digest> PermitAsync(string cedarText, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(cedarText);
        return await SetAsync(new PolicyDocument(cedarText), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Permits, or forbids, what a template says.</summary>
    /// <param name="template">One of <see cref="GrantTemplates"/>. The chain does not show which one was chosen.</param>
    /// <param name="parameters">What the template asks for.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The grant, once a quorum has sealed it.</returns>
    /// <exception cref="ArgumentException">A parameter of the template is missing, or it has none of that name.</exception>
    /// <exception cref="RefusedException">The chain refuses a parameter: the message says which and why.</exception>
    public async Task<Digest> ChooseAsync(
        GrantTemplate template, GrantParameters parameters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(parameters);
        RecordValue given = parameters.ToRecord();
        if (template.ProblemOf(given) is { } problem)
        {
            throw new ArgumentException(problem, nameof(parameters));
        }

        return await SetAsync(new PolicyDocument("", template.Hash, given), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes a permission back; in force from its own block.</summary>
    /// <param name="grant">The grant.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">The patient has no such grant in force.</exception>
    public Task RevokeAsync(Digest grant, CancellationToken cancellationToken = default) =>
        SendAsync(new RevokeGrant(grant), [], cancellationToken);

    /// <summary>Reads her own records of a category; noted in her audit trail like every access.</summary>
    /// <param name="category">The category.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The records.</returns>
    public Task<AccessResult> ReadAsync(string category, CancellationToken cancellationToken = default) => Access.RequestAsync(
        _chain,
        _custodians,
        _client,
        _keys.Agreement,
        Id,
        new AccessDetails("read", "PATRQT", category, "", new Actors(Id, _chain.Software)),
        cancellationToken);

    /// <summary>Has the shares of a record's key replaced by new ones, and waits until the custodians have taken them over: shares that
    /// leaked before are worth nothing after.</summary>
    /// <param name="record">The record.</param>
    /// <param name="cancellationToken">Stops waiting; the custodians go on.</param>
    /// <returns>Done when the new shares are in force, in a sealed block.</returns>
    /// <exception cref="RefusedException">There is no such live record, or its shares are on their way already.</exception>
    /// <exception cref="InvalidOperationException">All validators of the chain in this process have stopped.</exception>
    public async Task RefreshKeyAsync(Digest record, CancellationToken cancellationToken = default)
    {
        Digest before = Find(record).KeyHeader;
        await SendAsync(new RefreshKey(record), [], cancellationToken).ConfigureAwait(false);
        await new RecordWatch(_chain, Id).UntilAsync(record, e => e.KeyHeader != before, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Orders that one record is erased, and waits until a quorum of custodians has confirmed.</summary>
    /// <param name="record">The record.</param>
    /// <param name="window">How long custodians have by block time until they are overdue, a second to 30 days; default
    /// <see cref="DefaultErasureWindow"/>.</param>
    /// <param name="cancellationToken">Stops waiting; the order stays.</param>
    /// <returns>Who has confirmed. Others may yet: ask <see cref="ErasureOf"/> again.</returns>
    /// <exception cref="RefusedException">There is no such record, or a legal hold keeps it.</exception>
    /// <exception cref="InvalidOperationException">All validators of the chain in this process have stopped.</exception>
    public Task<ErasureReport> EraseRecordAsync(
        Digest record, TimeSpan? window = null, CancellationToken cancellationToken = default) =>
        EraseAsync(ErasureScope.Of(record), window, cancellationToken);

    /// <summary>Orders that all records of a class are erased, and waits until a quorum of custodians has confirmed. The chain sees which
    /// records, not which class.</summary>
    /// <param name="category">The category; empty for any.</param>
    /// <param name="label">The sensitivity label; empty, the default, for any.</param>
    /// <param name="window">How long custodians have by block time until they are overdue, a second to 30 days; default
    /// <see cref="DefaultErasureWindow"/>.</param>
    /// <param name="cancellationToken">Stops waiting; the order stays.</param>
    /// <returns>Who has confirmed. Others may yet: ask <see cref="ErasureOf"/> again.</returns>
    /// <exception cref="RefusedException">There is no such record, or a legal hold keeps one: then none is erased.</exception>
    /// <exception cref="InvalidOperationException">All validators of the chain in this process have stopped.</exception>
    public async Task<ErasureReport> EraseClassAsync(
        string category, string label = "", TimeSpan? window = null, CancellationToken cancellationToken = default) =>
        await EraseAsync(
            ErasureScope.Of(await CaughtAsync(ErasureScope.Class(category, label), cancellationToken).ConfigureAwait(false)),
            window,
            cancellationToken).ConfigureAwait(false);

    /// <summary>Orders that all her records and permissions are erased, and waits until a quorum of custodians has confirmed.</summary>
    /// <param name="window">How long custodians have by block time until they are overdue, a second to 30 days; default
    /// <see cref="DefaultErasureWindow"/>.</param>
    /// <param name="cancellationToken">Stops waiting; the order stays.</param>
    /// <returns>Who has confirmed. Others may yet: ask <see cref="ErasureOf"/> again.</returns>
    /// <exception cref="RefusedException">There is nothing to erase, or a legal hold keeps a record: then none is erased.</exception>
    /// <exception cref="InvalidOperationException">All validators of the chain in this process have stopped.</exception>
    public Task<ErasureReport> EraseAccountAsync(TimeSpan? window = null, CancellationToken cancellationToken = default) =>
        EraseAsync(ErasureScope.All, window, cancellationToken);

    /// <summary>Says how far an erasure is, by the last sealed state.</summary>
    /// <param name="order">The order.</param>
    /// <returns>Who has confirmed, who is silent and who is overdue.</returns>
    /// <exception cref="ArgumentException">There is no such order.</exception>
    public ErasureReport ErasureOf(Digest order) => new ErasureReader(_chain).TryRead(order)
        ?? throw new ArgumentException($"There is no erasure order {order} on '{_chain.Genesis.Name}'.", nameof(order));

    /// <summary>Lists everything that happened to her data, oldest first, each with a proof. The reading is committed first, for reading
    /// the log is logged.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The entries up to this reading, which shows in the next one.</returns>
    /// <exception cref="InvalidOperationException">All validators of the chain in this process have stopped.</exception>
    public IAsyncEnumerable<AuditEntry> AuditTrailAsync(CancellationToken cancellationToken = default) =>
        new AuditReader(_chain, _client).ReadAsync(Id, AuditReader.Own, cancellationToken);

    /// <summary>Writes her audit trail into one file that anybody checks without a chain (<see cref="AuditFile.Verify"/>). The file opens
    /// what the chain only commits to: categories, purposes, permissions. Whoever gets it reads them.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="after">Only entries above this block; default all.</param>
    /// <param name="cancellationToken">Stops the reading and writing.</param>
    /// <returns>How many entries the file has, proved or not yet sealed.</returns>
    /// <exception cref="InvalidOperationException">The entries do not fit one file: export them after a later block.</exception>
    public Task<int> ExportAuditAsync(Stream output, BlockHeight after = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        return new AuditReader(_chain, _client).ExportAsync(Id, AuditReader.Own, output, after, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _keys.Dispose();
    }

    private async Task<ErasureReport> EraseAsync(ErasureScope scope, TimeSpan? window, CancellationToken cancellationToken)
    {
        var order = new Digest(Cryptography.SecureRandom.Bytes(Digest.Size));
        var command = new OrderErasure(order, Id, scope, (long)(window ?? DefaultErasureWindow).TotalMilliseconds);
        if (command.Problem() is { } problem)
        {
            throw new ArgumentException(problem);
        }

        await SendAsync(command, [], cancellationToken).ConfigureAwait(false);
        return await new ErasureReader(_chain).UntilErasedAsync(order, cancellationToken).ConfigureAwait(false);
    }

    private RecordEntry Find(Digest record) => _chain.Read().Get<RecordEntry>(StateKey.Record(Id, record))
        ?? throw new ArgumentException($"The patient has no record {record} on '{_chain.Genesis.Name}'.", nameof(record));

    private async Task<Digest> SetAsync(PolicyDocument document, CancellationToken cancellationToken)
    {
        var grant = new Digest(Cryptography.SecureRandom.Bytes(Digest.Size));
        Attachment policy = Attachment.Create(document);
        await SendAsync(new SetGrant(grant, policy.Commitment), [policy], cancellationToken).ConfigureAwait(false);
        return grant;
    }

    private async Task SendAsync(Command command, IReadOnlyList<Attachment> attachments, CancellationToken cancellationToken) =>
        RefusedException.ThrowIfNotApplied(await _client.SendAsync(command, attachments, cancellationToken).ConfigureAwait(false));
}
