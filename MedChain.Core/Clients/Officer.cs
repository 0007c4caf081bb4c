using MedChain.Core.Keys;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>Somebody who holds an office of the institution and decides about nobody's data, such as its privacy officer. Thread
/// safe.</summary>
public sealed class Officer : IDisposable
{
    /// <summary>The role of those who review emergency accesses.</summary>
    public const string PrivacyRole = EmergencyRules.ReviewerRole;

    /// <summary>The role of those who attest deaths.</summary>
    public const string RegistrarRole = DeathRules.RegistrarRole;

    private readonly HostedChain _chain;
    private readonly HolderKeys _keys;
    private readonly ChainClient _client;

    internal Officer(string handle, HostedChain chain, HolderKeys keys, TimeProvider time)
    {
        Handle = handle;
        _chain = chain;
        _keys = keys;
        _client = ChainClient.Of(chain, keys, time);
    }

    /// <summary>Gets the host's name for the officer; never on a chain.</summary>
    public string Handle { get; }

    /// <summary>Gets the officer's account.</summary>
    public AccountId Id => _client.Account;

    /// <summary>Gets the emergency accesses of the chain that wait for review, the oldest first.</summary>
    public IReadOnlyList<EmergencyAccess> Unreviewed => EmergencyAccess.Read(_chain, e => e.Status == EmergencyStatus.Unreviewed);

    /// <summary>Says whether it was right to break the glass. If not, the actor is suspended.</summary>
    /// <param name="request">The emergency access.</param>
    /// <param name="justified">Whether it was.</param>
    /// <param name="finding">Why, at most 4 KiB; stored apart from the chain.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">She lacks <see cref="PrivacyRole"/>, or no such access waits for review.</exception>
    public Task ReviewAsync(Digest request, bool justified, string finding, CancellationToken cancellationToken = default)
    {
        Attachment note = Notes.Of(finding);
        return SendAsync(new ReviewEmergency(request, justified, note.Commitment), [note], cancellationToken);
    }

    /// <summary>Attests that a patient has died. From this block on her directive decides.</summary>
    /// <param name="account">The patient.</param>
    /// <param name="evidence">From what it is known, at most 4 KiB; stored apart from the chain.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">The officer lacks <see cref="RegistrarRole"/>, or it is attested already.</exception>
    public Task AttestDeathAsync(AccountId account, string evidence, CancellationToken cancellationToken = default) =>
        AttestAsync(account, died: true, evidence, cancellationToken);

    /// <summary>Says that the attestation of a death was wrong: everything is as before.</summary>
    /// <param name="account">The patient.</param>
    /// <param name="evidence">From what it is known, at most 4 KiB; stored apart from the chain.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">The officer lacks <see cref="RegistrarRole"/>, or no death is attested.</exception>
    public Task WithdrawDeathAsync(AccountId account, string evidence, CancellationToken cancellationToken = default) =>
        AttestAsync(account, died: false, evidence, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _keys.Dispose();
    }

    private Task AttestAsync(AccountId account, bool died, string evidence, CancellationToken cancellationToken)
    {
        Attachment note = Notes.Of(evidence);
        return SendAsync(new AttestDeath(account, died, note.Commitment), [note], cancellationToken);
    }

    private async Task SendAsync(Command command, IReadOnlyList<Attachment> attachments, CancellationToken cancellationToken) =>
        RefusedException.ThrowIfNotApplied(await _client.SendAsync(command, attachments, cancellationToken).ConfigureAwait(false));
}
