using System.Runtime.CompilerServices;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>What a patient sets up for emergencies, and for people who act for her. Thread safe.</summary>
public sealed class PatientSafeguards
{
    private readonly HostedChain _chain;
    private readonly ChainClient _client;

    internal PatientSafeguards(HostedChain chain, ChainClient client)
    {
        _chain = chain;
        _client = client;
    }

    /// <summary>Gets the accesses for which somebody broke the glass, the oldest first.</summary>
    public IReadOnlyList<EmergencyAccess> EmergencyAccesses => EmergencyAccess.Read(_chain, e => e.Patient == _client.Account);

    /// <summary>Gets her guardians, in the order of their accounts; also those whose time has not come or is over.</summary>
    public IReadOnlyList<Guardianship> Guardians =>
    [
        .. _chain.Read().Scan<GuardianEntry>(StateKey.GuardiansOf(_client.Account)).Select(g => new Guardianship(
            new AccountId(StateKey.SecondPart(g.Key)),
            g.Value.Scopes,
            DateTimeOffset.FromUnixTimeMilliseconds(g.Value.From),
            DateTimeOffset.FromUnixTimeMilliseconds(g.Value.Until),
            g.Value.IsLegal)),
    ];

    /// <summary>Gets the block time from which other keys may take over her account; <see langword="null"/> when no recovery is under way.
    /// If she has not lost her keys she vetoes.</summary>
    public DateTimeOffset? RecoveryDue => PersonEntry.Of(_chain.Read(), _client.Account).Recovery is { IsUnderWay: true } recovery
        ? DateTimeOffset.FromUnixTimeMilliseconds(recovery.Due)
        : null;

    /// <summary>Tells of each emergency access as it happens, beginning with those that are known already.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The accesses; it ends only by cancellation.</returns>
    /// <exception cref="InvalidOperationException">All validators of the chain in this process have stopped.</exception>
    public async IAsyncEnumerable<EmergencyAccess> WatchEmergenciesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        HashSet<Digest> told = [];
        while (true)
        {
            Task next = _chain.NextSeal();
            foreach (EmergencyAccess access in EmergencyAccesses.Where(a => told.Add(a.Request)))
            {
                yield return access;
            }

            _chain.ThrowIfStopped();
            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Says whether it was right to break the glass. If not, the actor is suspended.</summary>
    /// <param name="request">The emergency access.</param>
    /// <param name="justified">Whether it was.</param>
    /// <param name="finding">Why, at most 4 KiB; stored apart from the chain.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">There is no such access to her records, or it is reviewed already.</exception>
    public Task ReviewAsync(Digest request, bool justified, string finding, CancellationToken cancellationToken = default)
    {
        Attachment note = Notes.Of(finding);
        return SendAsync(new ReviewEmergency(request, justified, note.Commitment), [note], cancellationToken);
    }

    /// <summary>Lets somebody act for her. An earlier appointment of the same guardian is replaced.</summary>
    /// <param name="guardian">The guardian's account.</param>
    /// <param name="scopes">What she may do.</param>
    /// <param name="until">Block time until which.</param>
    /// <param name="from">Block time from which; default now.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">There is no such account, the time is over, or the patient is a minor.</exception>
    public Task AppointGuardianAsync(
        AccountId guardian,
        GuardianScopes scopes,
        DateTimeOffset until,
        DateTimeOffset from = default,
        CancellationToken cancellationToken = default) =>
        SendAsync(Guardianship.Command(_client.Account, guardian, scopes, from, until), [], cancellationToken);

    /// <summary>Ends a guardianship.</summary>
    /// <param name="guardian">The guardian.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">There is no such guardian, or the patient is a minor and the guardian a legal one.</exception>
    public Task EndGuardianshipAsync(AccountId guardian, CancellationToken cancellationToken = default) =>
        SendAsync(new EndGuardianship(_client.Account, guardian), [], cancellationToken);

    /// <summary>Wants others to consent before any later permission of hers is in force. Forbids and revocations need nobody. When others
    /// must consent already, enough of them must consent to this change first.</summary>
    /// <param name="needed">How many must consent; 0 for nobody any more.</param>
    /// <param name="consenters">Who may; at most 16.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>What the present co-consenters consent to; nothing they need to do when there are none.</returns>
    /// <exception cref="RefusedException">A co-consenter has no account, or the numbers do not fit.</exception>
    public async Task<Digest> RequireConsentAsync(
        int needed, IEnumerable<AccountId> consenters, CancellationToken cancellationToken = default)
    {
        AccountGroup group = Group(needed, consenters);
        await SendAsync(new RequireConsent(default, group), [], cancellationToken).ConfigureAwait(false);
        return ConsentRules.SubjectOf(group);
    }

    /// <summary>Sets a permission that is in force only with the consent of others.</summary>
    /// <param name="cedarText">Cedar policies that all name this patient.</param>
    /// <param name="needed">How many must consent.</param>
    /// <param name="consenters">Who may; at most 16.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The grant, to which they consent.</returns>
    /// <exception cref="RefusedException">The policy is wrong, or a co-consenter has no account.</exception>
    public async Task<Digest> PermitWithConsentAsync(
        string cedarText, int needed, IEnumerable<AccountId> consenters, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(cedarText);
        AccountGroup group = Group(needed, consenters);
        var grant = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment policy = Attachment.Create(new PolicyDocument(cedarText));

        // First what it needs: there is no moment in which it is in force without.
        await SendAsync(new RequireConsent(grant, group), [], cancellationToken).ConfigureAwait(false);
        await SendAsync(new SetGrant(grant, policy.Commitment), [policy], cancellationToken).ConfigureAwait(false);
        return grant;
    }

    /// <summary>Confirms, having come of age, a permission that a guardian set: until then it opens nothing to research.</summary>
    /// <param name="grant">The grant.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">No guardian set it, or she is still a minor.</exception>
    public Task ConfirmAsync(Digest grant, CancellationToken cancellationToken = default) =>
        SendAsync(
            new GiveConsent(
                _client.Account,
                grant,
                _chain.Read().Get<GrantEntry>(StateKey.Grant(_client.Account, grant))?.Policy ?? default,
                IsGiven: true),
            [],
            cancellationToken);

    /// <summary>Names who helps when she loses her keys. A rule in the place of an earlier one is in force after the delay of that
    /// one.</summary>
    /// <param name="needed">How many must agree; 0 for no recovery.</param>
    /// <param name="guardians">Who may; at most 16.</param>
    /// <param name="delay">How long, by block time, the old key can veto: a second to 90 days; default 72 hours.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="ArgumentException">The numbers do not fit.</exception>
    /// <exception cref="RefusedException">A guardian has no account, or a recovery is under way.</exception>
    public Task SetRecoveryAsync(
        int needed, IEnumerable<AccountId> guardians, TimeSpan? delay = null, CancellationToken cancellationToken = default)
    {
        long wait = needed == 0 ? 0 : (long)(delay ?? TimeSpan.FromHours(72)).TotalMilliseconds;
        var rule = new RecoveryRule(Group(needed, guardians), wait);
        return rule.Problem() is { } problem
            ? throw new ArgumentException(problem, nameof(delay))
            : SendAsync(new SetRecovery(rule), [], cancellationToken);
    }

    /// <summary>Stops the recovery of her account: she has her keys.</summary>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">No guardian has asked for one.</exception>
    public Task VetoRecoveryAsync(CancellationToken cancellationToken = default) =>
        SendAsync(new VetoRecovery(), [], cancellationToken);

    /// <summary>Says what is to be after her death. Without a directive everything is denied then.</summary>
    /// <param name="keepsResearch">Whether her permissions go on for computations, which show nobody her data.</param>
    /// <param name="executor">Who then reads, permits and erases in her place; <see langword="null"/> for nobody.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">The executor has no account, or the patient is a minor.</exception>
    public Task SetDirectiveAsync(bool keepsResearch, AccountId? executor = null, CancellationToken cancellationToken = default) =>
        SendAsync(new SetDirective(new Directive(keepsResearch, executor ?? default)), [], cancellationToken);

    private static AccountGroup Group(int needed, IEnumerable<AccountId> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        AccountGroup group = AccountGroup.Of(needed, members);
        return group.Problem() is { } problem ? throw new ArgumentException(problem, nameof(members)) : group;
    }

    private async Task SendAsync(Command command, IReadOnlyList<Attachment> attachments, CancellationToken cancellationToken) =>
        RefusedException.ThrowIfNotApplied(await _client.SendAsync(command, attachments, cancellationToken).ConfigureAwait(false));
}
