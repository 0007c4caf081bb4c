using MedChain.Core.Cryptography;
using MedChain.Core.Custody;
using MedChain.Core.Keys;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>Somebody who acts for patients or vouches for them: a guardian, a co-consenter, one who helps to recover lost keys, an
/// executor. Everything is signed with her own key, and named in the patient's audit trail. Thread safe.</summary>
public sealed class Guardian : IDisposable
{
    private readonly HostedChain _chain;
    private readonly IReadOnlyList<Custodian> _custodians;
    private readonly HolderKeys _keys;
    private readonly ChainClient _client;
    private readonly TimeProvider _time;

    internal Guardian(string handle, HostedChain chain, IReadOnlyList<Custodian> custodians, HolderKeys keys, TimeProvider time)
    {
        Handle = handle;
        _chain = chain;
        _custodians = custodians;
        _keys = keys;
        _time = time;
        _client = ChainClient.Of(chain, keys, time);
    }

    /// <summary>Gets the host's name for the guardian; never on a chain.</summary>
    public string Handle { get; }

    /// <summary>Gets the guardian's account.</summary>
    public AccountId Id => _client.Account;

    /// <summary>Reads a ward's records of a category; noted in her audit trail like every access.</summary>
    /// <param name="ward">The patient.</param>
    /// <param name="category">The category.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The decision and, when the guardian may read at present, the records.</returns>
    public Task<AccessResult> ReadAsync(AccountId ward, string category, CancellationToken cancellationToken = default) =>
        Access.RequestAsync(
            _chain,
            _custodians,
            _client,
            _keys.Agreement,
            ward,
            new AccessDetails("read", "FAMRQT", category, "", new Actors(Id, _chain.Software)),
            cancellationToken);

    /// <summary>Stores a record for a ward, as <see cref="Patient.StoreAsync"/> does for herself.</summary>
    /// <param name="ward">The patient.</param>
    /// <param name="content">The plaintext, at most 1 GiB.</param>
    /// <param name="description">What it is; never on the chain.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The record's identifier, once a quorum of custodians has said, in a sealed block, that it keeps the key.</returns>
    /// <exception cref="ArgumentException">The content or something of the description is too long.</exception>
    /// <exception cref="RefusedException">She may not store for this patient at present.</exception>
    /// <exception cref="InvalidOperationException">All validators of the chain in this process have stopped.</exception>
    /// <exception cref="Storage.StorageException">The ciphertext cannot be stored.</exception>
    public async Task<Digest> StoreAsync(
        AccountId ward, ReadOnlyMemory<byte> content, RecordDescription description, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(description);
        RecordDescription described = description.Normalize(_time.GetUtcNow());
        if (described.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(description));
        }

        var storing = new RecordStoring(_chain, ward, _client, command => new ActFor(ward, command));
        while (true)
        {
            using var upload = new RecordUpload(_chain.Genesis.Chain, ward, _chain.Blobs);
            Digest? stored = await storing.StoreAsync(
                upload, () => upload.WriteAsync(content, cancellationToken), described, supersedes: null, cancellationToken)
                .ConfigureAwait(false);
            if (stored is { } record)
            {
                return record;
            }
        }
    }

    /// <summary>Sets a permission for a ward.</summary>
    /// <param name="ward">The patient.</param>
    /// <param name="cedarText">Cedar policies that all name the patient.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The grant, once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">She may not permit for this patient at present, or the policy is wrong.</exception>
    public async Task<Digest> PermitAsync(AccountId ward, string cedarText, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(cedarText);
        var grant = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment policy = Attachment.Create(new PolicyDocument(cedarText));
        await SendAsync(new ActFor(ward, new SetGrant(grant, policy.Commitment)), [policy], cancellationToken).ConfigureAwait(false);
        return grant;
    }

    /// <summary>Takes a ward's permission back; in force from its own block.</summary>
    /// <param name="ward">The patient.</param>
    /// <param name="grant">The grant.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">She may not permit for this patient at present, or there is no such grant.</exception>
    public Task RevokeAsync(AccountId ward, Digest grant, CancellationToken cancellationToken = default) =>
        SendAsync(new ActFor(ward, new RevokeGrant(grant)), [], cancellationToken);

    /// <summary>Orders that a ward's record is erased, and waits until a quorum of custodians has confirmed.</summary>
    /// <param name="ward">The patient.</param>
    /// <param name="record">The record.</param>
    /// <param name="cancellationToken">Stops waiting; the order stays.</param>
    /// <returns>Who has confirmed.</returns>
    /// <exception cref="RefusedException">She may not erase for this patient at present, there is no such record, or a legal hold keeps
    /// it.</exception>
    public async Task<ErasureReport> EraseRecordAsync(AccountId ward, Digest record, CancellationToken cancellationToken = default)
    {
        var order = new Digest(SecureRandom.Bytes(Digest.Size));
        var command = new OrderErasure(order, ward, ErasureScope.Of(record), (long)Patient.DefaultErasureWindow.TotalMilliseconds);
        await SendAsync(new ActFor(ward, command), [], cancellationToken).ConfigureAwait(false);
        return await new ErasureReader(_chain).UntilErasedAsync(order, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Consents to a patient's grant, or to a change of who must consent, or takes it back.</summary>
    /// <param name="patient">The patient.</param>
    /// <param name="subject">The grant, or what the patient was given for the change.</param>
    /// <param name="given">Whether it is given or taken back.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">Her consent is not asked for, or nothing would change.</exception>
    public Task ConsentAsync(AccountId patient, Digest subject, bool given = true, CancellationToken cancellationToken = default) =>
        SendAsync(
            new GiveConsent(
                patient, subject, _chain.Read().Get<GrantEntry>(StateKey.Grant(patient, subject))?.Policies.Last() ?? default, given),
            [],
            cancellationToken);

    /// <summary>Reads what a patient's grant says, before consenting to it.</summary>
    /// <param name="patient">The patient.</param>
    /// <param name="grant">The grant.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>Its Cedar text, or its template with the parameters; <see langword="null"/> when there is no such grant or it was
    /// erased.</returns>
    /// <exception cref="Storage.StorageException">It cannot be read, or is damaged.</exception>
    public async Task<string?> ReadGrantAsync(AccountId patient, Digest grant, CancellationToken cancellationToken = default) =>
        _chain.Read().Get<GrantEntry>(StateKey.Grant(patient, grant)) is { } entry
        && await AttachmentReader.TryReadAsync<PolicyDocument>(_chain.Blobs, entry.Policies.Last(), cancellationToken).ConfigureAwait(false)
            is { } document
            ? document.Describe()
            : null;

    /// <summary>Says that the holder of an account has lost her keys and has new ones. Make sure that they are hers.</summary>
    /// <param name="account">The account.</param>
    /// <param name="key">The new signing key.</param>
    /// <param name="agreementKey">The new agreement key.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">She is not named for this account, or its recovery is under way already.</exception>
    public Task SupportRecoveryAsync(
        AccountId account, PublicKey key, AgreementKey agreementKey, CancellationToken cancellationToken = default) =>
        SendAsync(new SupportRecovery(account, key, agreementKey), [], cancellationToken);

    /// <summary>Says for a ward whether it was right to break the glass. If not, the actor is suspended.</summary>
    /// <param name="ward">The patient.</param>
    /// <param name="request">The emergency access.</param>
    /// <param name="justified">Whether it was.</param>
    /// <param name="finding">Why, at most 4 KiB; stored apart from the chain.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">She may not read for this patient at present, or the access does not wait for review.</exception>
    public Task ReviewAsync(
        AccountId ward, Digest request, bool justified, string finding, CancellationToken cancellationToken = default)
    {
        Attachment note = Notes.Of(finding);
        return SendAsync(new ActFor(ward, new ReviewEmergency(request, justified, note.Commitment)), [note], cancellationToken);
    }

    /// <summary>Lists everything that happened to a ward's data, as <see cref="Patient.AuditTrailAsync"/>; the reading is committed
    /// first.</summary>
    /// <param name="ward">The patient.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The entries up to this reading, which shows in the next one.</returns>
    /// <exception cref="RefusedException">She may not read for this patient at present.</exception>
    /// <exception cref="InvalidOperationException">All validators of the chain in this process have stopped.</exception>
    public IAsyncEnumerable<AuditEntry> AuditTrailAsync(AccountId ward, CancellationToken cancellationToken = default) =>
        new AuditReader(_chain, _client).ReadAsync(ward, AuditReader.ByGuardian, cancellationToken);

    /// <summary>Resigns as a patient's guardian.</summary>
    /// <param name="ward">The patient.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">She is no guardian of this patient.</exception>
    public Task ResignAsync(AccountId ward, CancellationToken cancellationToken = default) =>
        SendAsync(new EndGuardianship(ward, Id), [], cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _keys.Dispose();
    }

    private async Task SendAsync(Command command, IReadOnlyList<Attachment> attachments, CancellationToken cancellationToken) =>
        RefusedException.ThrowIfNotApplied(await _client.SendAsync(command, attachments, cancellationToken).ConfigureAwait(false));
}
