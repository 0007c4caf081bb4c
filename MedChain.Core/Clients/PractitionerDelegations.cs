using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>What a practitioner passes on of what patients permit her. Nobody gets more through it than she gets at the same moment. Thread
/// safe.</summary>
public sealed class PractitionerDelegations
{
    private readonly HostedChain _chain;
    private readonly ChainClient _client;

    internal PractitionerDelegations(HostedChain chain, ChainClient client)
    {
        _chain = chain;
        _client = client;
    }

    /// <summary>Passes on what a permission allows her to read, or a part of it.</summary>
    /// <param name="patient">Whose data.</param>
    /// <param name="parent">The permission, as the decision about a reading of hers names it (<see cref="AccessResult.Grant"/>).</param>
    /// <param name="cedarText">Whom and what: Cedar policies limited to the patient.</param>
    /// <param name="until">The end, within a year and within that of the permission.</param>
    /// <param name="category">A category that the permission lets her read now: it shows that it is hers to pass on.</param>
    /// <param name="purpose">The purpose for which it does, such as "TREAT".</param>
    /// <param name="depth">Through how many further hands it may go; fewer than the permission allows.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The new permission, once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">The permission may not be passed on, or not by her or so far, or the policy is wrong.</exception>
    public async Task<Digest> DelegateAsync(
        AccountId patient,
        Digest parent,
        string cedarText,
        DateTimeOffset until,
        string category,
        string purpose = "TREAT",
        int depth = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(cedarText);
        ArgumentOutOfRangeException.ThrowIfNegative(depth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(depth, DelegationRules.MaxDepth);
        var grant = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment policy = Attachment.Create(new PolicyDocument(cedarText, depth, Math.Max(0, until.ToUnixTimeMilliseconds())));
        Attachment details = Attachment.Create(new AccessDetails(
            "read", purpose, category, "", new Actors(_client.Account, _chain.Software)));
        RefusedException.ThrowIfNotApplied(await _client.SendAsync(
            new DelegateGrant(patient, parent, grant, policy.Commitment, details.Commitment), [policy, details], cancellationToken)
            .ConfigureAwait(false));
        return grant;
    }

    /// <summary>Takes back what she passed on, and what was passed on from there.</summary>
    /// <param name="patient">Whose data.</param>
    /// <param name="grant">The permission that she set.</param>
    /// <param name="reason">Why, for the patient's audit trail; at most 4 KiB.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The revocation, once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">She has set no such permission, or it is revoked already.</exception>
    public Task<Digest> RevokeAsync(
        AccountId patient, Digest grant, string reason = "", CancellationToken cancellationToken = default) =>
        Revocations.SendAsync(
            _client, patient, new RevocationDocument(RevocationKind.Grant, grant, "", "", reason), cancellationToken);
}
