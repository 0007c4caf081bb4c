using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>What a patient can do with her permissions besides setting and revoking one. Thread safe.</summary>
public sealed class PatientPermissions
{
    private readonly HostedChain _chain;
    private readonly ChainClient _client;

    internal PatientPermissions(HostedChain chain, ChainClient client)
    {
        _chain = chain;
        _client = client;
    }

    /// <summary>Sets a permission with its exceptions.</summary>
    /// <param name="rule">What is permitted or denied.</param>
    /// <param name="depth">Through how many hands what it permits may be passed on, 0 to 4.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The permission, once a quorum has sealed it.</returns>
    /// <exception cref="ArgumentException">The rule states something that there is not; the message names it.</exception>
    /// <exception cref="RefusedException">The chain refuses it; the message says why.</exception>
    public Task<Digest> PermitRuleAsync(GrantRule rule, int depth = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentOutOfRangeException.ThrowIfNegative(depth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(depth, DelegationRules.MaxDepth);
        return SetAsync(new PolicyDocument(rule.ToCedar(PermissionRequest.PatientUid(_client.Account)), depth), cancellationToken);
    }

    /// <summary>Sets a permission that its grantees may pass on.</summary>
    /// <param name="cedarText">Cedar policies that all name this patient.</param>
    /// <param name="depth">Through how many hands it may go, 1 to 4.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The permission, once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">The policy is wrong: the message has line, column and what to do.</exception>
    public Task<Digest> PermitDelegableAsync(string cedarText, int depth, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(cedarText);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(depth, DelegationRules.MaxDepth);
        return SetAsync(new PolicyDocument(cedarText, depth), cancellationToken);
    }

    /// <summary>Gives a permission a new version. Its counter goes on, and whoever passed it on stays within the new version.</summary>
    /// <param name="grant">The permission, in force.</param>
    /// <param name="cedarText">What it says now.</param>
    /// <param name="from">The block from which on; <see langword="default"/> for at once.</param>
    /// <param name="depth">Through how many hands it may go, 0 to 4.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">The patient has no such permission in force, or the policy is wrong.</exception>
    public Task ReplaceAsync(
        Digest grant, string cedarText, BlockHeight from = default, int depth = 0, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(cedarText);
        ArgumentOutOfRangeException.ThrowIfNegative(depth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(depth, DelegationRules.MaxDepth);
        return ReplaceAsync(grant, new PolicyDocument(cedarText, depth), from, cancellationToken);
    }

    /// <summary>Lists the versions of a permission.</summary>
    /// <param name="grant">The permission, in force or revoked.</param>
    /// <returns>The versions from the first on; none for a permission that never was, or was erased.</returns>
    public IReadOnlyList<PermissionVersion> VersionsOf(Digest grant) =>
    [
        .. _chain.Read().Scan<GrantVersion>(StateKey.GrantVersionsOf(_client.Account, grant))
            .Select((v, i) => new PermissionVersion(i + 1, v.Value.Policy, v.Value.Previous, v.Value.From)),
    ];

    /// <summary>Says whether one of her permissions still counts.</summary>
    /// <param name="grant">The permission.</param>
    /// <returns>Its standing; <see langword="null"/> when there is none, or it was revoked long ago.</returns>
    public GrantStanding? StandingOf(Digest grant) => _chain.Read().Get<GrantEntry>(StateKey.Grant(_client.Account, grant))?.Standing;

    /// <summary>Lists what others pass on of her permissions, in force or revoked.</summary>
    /// <returns>In the order of their identifiers.</returns>
    public IReadOnlyList<Delegation> Delegations() =>
    [
        .. _chain.Read().Scan<GrantEntry>(StateKey.GrantsOf(_client.Account))
            .Where(g => !g.Value.Parent.IsZero)
            .Select(g => new Delegation(StateKey.SecondPart(g.Key), g.Value.Parent, g.Value.Author, g.Value.Standing)),
    ];

    /// <summary>Takes one permission back, for a reason; also one that somebody passes on. What was passed on from it goes with
    /// it.</summary>
    /// <param name="grant">The permission.</param>
    /// <param name="reason">Why, for the audit trail; at most 4 KiB.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The revocation, once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">There is no such permission in force.</exception>
    public Task<Digest> RevokeAsync(Digest grant, string reason, CancellationToken cancellationToken = default) =>
        RevokeAsync(RevocationKind.Grant, grant, "", "", reason, cancellationToken);

    /// <summary>Takes all permissions back that were made from a template.</summary>
    /// <param name="template">The template.</param>
    /// <param name="reason">Why, for the audit trail; at most 4 KiB.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The revocation, once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">No permission in force has it.</exception>
    public Task<Digest> RevokeTemplateAsync(GrantTemplate template, string reason = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(template);
        return RevokePolicyAsync(template.Hash, reason, cancellationToken);
    }

    /// <summary>Takes all permissions back that have one policy.</summary>
    /// <param name="policy">The SHA-256 of the policy's text (<see cref="PolicySet.Hash"/>), or a commitment as
    /// <see cref="VersionsOf"/> gives it.</param>
    /// <param name="reason">Why, for the audit trail; at most 4 KiB.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The revocation, once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">No permission in force has it.</exception>
    public Task<Digest> RevokePolicyAsync(Digest policy, string reason = "", CancellationToken cancellationToken = default) =>
        RevokeAsync(RevocationKind.Policy, policy, "", "", reason, cancellationToken);

    /// <summary>Takes from a person, an organisation or a role all that the permissions that there are allow, whoever else they are for.
    /// Permissions that are set later count again.</summary>
    /// <param name="grantee">An entity of type Clinician, Researcher, Patient, Organization or Role.</param>
    /// <param name="reason">Why, for the audit trail; at most 4 KiB.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The revocation, once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">The entity is no grantee.</exception>
    public Task<Digest> RevokeGranteeAsync(EntityUid grantee, string reason = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(grantee);
        return RevokeAsync(RevocationKind.Grantee, default, grantee.Type, grantee.Id, reason, cancellationToken);
    }

    /// <summary>Takes back all that is permitted to anybody. What permissions forbid stays forbidden until they are revoked one by
    /// one.</summary>
    /// <param name="reason">Why, for the audit trail; at most 4 KiB.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The revocation, once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">The chain refuses it; the message says why.</exception>
    public Task<Digest> RevokeEverythingAsync(string reason = "", CancellationToken cancellationToken = default) =>
        RevokeAsync(RevocationKind.Everything, default, "", "", reason, cancellationToken);

    /// <summary>Makes an old decision about her data again, and explains it.</summary>
    /// <param name="request">The request that was decided.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The replay.</returns>
    /// <exception cref="ArgumentException">There is no such decision about her data.</exception>
    /// <exception cref="Storage.StorageException">An attachment cannot be read, or is damaged.</exception>
    public async Task<DecisionReplay> ReplayDecisionAsync(Digest request, CancellationToken cancellationToken = default) =>
        _chain.Read().Get<DecisionEntry>(StateKey.Decision(request))?.Patient == _client.Account
        && await DecisionReplay.ReplayAsync(_chain, request, cancellationToken).ConfigureAwait(false) is { } replay
            ? replay
            : throw new ArgumentException($"There is no decision {request} about the patient's data.", nameof(request));

    private async Task<Digest> SetAsync(PolicyDocument document, CancellationToken cancellationToken)
    {
        var grant = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment policy = Attachment.Create(document);
        RefusedException.ThrowIfNotApplied(await _client.SendAsync(
            new SetGrant(grant, policy.Commitment), [policy], cancellationToken).ConfigureAwait(false));
        return grant;
    }

    private async Task ReplaceAsync(Digest grant, PolicyDocument document, BlockHeight from, CancellationToken cancellationToken)
    {
        Digest previous = VersionsOf(grant) is [.., var newest] ? newest.Policy : default;
        Attachment policy = Attachment.Create(document);
        RefusedException.ThrowIfNotApplied(await _client.SendAsync(
            new ReplaceGrant(_client.Account, grant, previous, policy.Commitment, from), [policy], cancellationToken)
            .ConfigureAwait(false));
    }

    private Task<Digest> RevokeAsync(
        RevocationKind kind, Digest target, string type, string id, string reason, CancellationToken cancellationToken) =>
        Revocations.SendAsync(
            _client, _client.Account, new RevocationDocument(kind, target, type, id, reason), cancellationToken);
}

/// <summary>One version of a permission.</summary>
/// <param name="Version">Its number, from 1.</param>
/// <param name="Policy">The commitment to what it says.</param>
/// <param name="Previous">That of the version before; zero for the first.</param>
/// <param name="From">The block from which on it is in force.</param>
public sealed record PermissionVersion(int Version, Digest Policy, Digest Previous, BlockHeight From);

/// <summary>A permission that somebody passes on.</summary>
/// <param name="Grant">The permission.</param>
/// <param name="Parent">The one that it passes on.</param>
/// <param name="Author">Who passes it on.</param>
/// <param name="Standing">Whether it still counts; it counts only as long as those above it do.</param>
public sealed record Delegation(Digest Grant, Digest Parent, AccountId Author, GrantStanding Standing);
