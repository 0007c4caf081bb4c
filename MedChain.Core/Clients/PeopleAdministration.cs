using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>What a chain's administrator does about people. Thread safe.</summary>
public sealed class PeopleAdministration
{
    private readonly HostedChain _chain;
    private readonly ChainClient _client;

    internal PeopleAdministration(HostedChain chain, ChainClient client)
    {
        _chain = chain;
        _client = client;
    }

    /// <summary>Suspends an account: nothing is decided in its favour, and a patient's grants open nothing. A patient keeps the right to
    /// revoke and to erase.</summary>
    /// <param name="account">The account.</param>
    /// <param name="reason">Why, at most 4 KiB; stored apart from the chain.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">There is no such account, or it is suspended already.</exception>
    public Task SuspendAsync(AccountId account, string reason, CancellationToken cancellationToken = default)
    {
        Attachment note = Notes.Of(reason);
        return SendAsync(new SuspendAccount(account, note.Commitment), [note], cancellationToken);
    }

    /// <summary>Ends a suspension, whether the administrator or a review brought it about.</summary>
    /// <param name="account">The account.</param>
    /// <param name="reason">Why, at most 4 KiB; stored apart from the chain.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">The account is not suspended, or only until an overdue review is done.</exception>
    public Task ReinstateAsync(AccountId account, string reason, CancellationToken cancellationToken = default)
    {
        Attachment note = Notes.Of(reason);
        return SendAsync(new ReinstateAccount(account, note.Commitment), [note], cancellationToken);
    }

    /// <summary>Says when a minor comes of age: before her account is first used, and later only to bring it forward. The day is on the
    /// chain for everybody who reads it; give the first of its month where that must not tell a birthday.</summary>
    /// <param name="account">The minor's account.</param>
    /// <param name="majority">The moment, in block time; at most 30 years ahead.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">The account is no patient's or was used already, or the moment would be put off.</exception>
    public Task SetMajorityAsync(AccountId account, DateTimeOffset majority, CancellationToken cancellationToken = default) =>
        SendAsync(new SetMajority(account, Math.Max(0, majority.ToUnixTimeMilliseconds())), [], cancellationToken);

    /// <summary>Appoints a minor's legal guardian. It ends with majority by itself.</summary>
    /// <param name="minor">The minor's account.</param>
    /// <param name="guardian">The guardian's account.</param>
    /// <param name="scopes">What she may do; default everything.</param>
    /// <param name="until">Block time until which, if earlier than majority.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">The patient is no minor, or the guardian has no account.</exception>
    public Task AppointGuardianAsync(
        AccountId minor,
        AccountId guardian,
        GuardianScopes scopes = GuardianScopes.All,
        DateTimeOffset? until = null,
        CancellationToken cancellationToken = default) =>
        SendAsync(
            Guardianship.Command(minor, guardian, scopes, default, until ?? DateTimeOffset.MaxValue), [], cancellationToken);

    /// <summary>Ends the legal guardianship of a minor.</summary>
    /// <param name="minor">The minor's account.</param>
    /// <param name="guardian">The guardian's account.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">There is no such guardianship of a minor.</exception>
    public Task EndGuardianshipAsync(AccountId minor, AccountId guardian, CancellationToken cancellationToken = default) =>
        SendAsync(new EndGuardianship(minor, guardian), [], cancellationToken);

    /// <summary>Says why an account may not act at present, by the last executed block.</summary>
    /// <param name="account">The account.</param>
    /// <returns>The reason in words; <see langword="null"/> when it is not suspended.</returns>
    public string? SuspensionOf(AccountId account)
    {
        LedgerSnapshot now = _chain.Best.Machine.Current;
        return StandingRules.ProblemOf(now.Read(), account, now.Time);
    }

    private async Task SendAsync(Command command, IReadOnlyList<Attachment> attachments, CancellationToken cancellationToken) =>
        RefusedException.ThrowIfNotApplied(await _client.SendAsync(command, attachments, cancellationToken).ConfigureAwait(false));
}
