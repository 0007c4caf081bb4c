using MedChain.Core.Custody;
using MedChain.Core.Keys;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>New keys for a patient whose own are lost, on their way to her account: she shows them to her guardians, who support them;
/// when the delay has passed without a veto they take over. Thread safe.</summary>
public sealed class KeyRecovery : IDisposable
{
    /// <summary>For how many blocks an attempt to finish is good.</summary>
    private const int GoodFor = 1_000;

    private readonly string _handle;
    private readonly HostedChain _chain;
    private readonly IReadOnlyList<Custodian> _custodians;
    private readonly HolderKeys _keys;
    private readonly TimeProvider _time;
    private bool _isTaken;

    internal KeyRecovery(
        string handle, AccountId account, HostedChain chain, IReadOnlyList<Custodian> custodians, HolderKeys keys, TimeProvider time)
    {
        _handle = handle;
        Account = account;
        _chain = chain;
        _custodians = custodians;
        _keys = keys;
        _time = time;
    }

    /// <summary>Gets the account to recover.</summary>
    public AccountId Account { get; }

    /// <summary>Gets the new signing key.</summary>
    public PublicKey Key => _keys.Signing.PublicKey;

    /// <summary>Gets the new agreement key.</summary>
    public AgreementKey AgreementKey => _keys.Agreement.PublicKey;

    /// <summary>Gets the block time from which the new keys may take over; <see langword="null"/> while too few guardians support them, and
    /// after a veto.</summary>
    public DateTimeOffset? Due =>
        PersonEntry.Of(_chain.Read(), Account).Recovery is { IsUnderWay: true } recovery && recovery.Supports[0].Key == Key
            ? DateTimeOffset.FromUnixTimeMilliseconds(recovery.Due)
            : null;

    /// <summary>Has the new keys take over. Once; this object then needs no keys any more.</summary>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The patient with her new keys; the caller disposes her.</returns>
    /// <exception cref="RefusedException">The delay has not passed by block time, it was vetoed, or too few guardians support
    /// it.</exception>
    public async Task<Patient> FinishAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isTaken, this);
        using (var client = new ChainClient(_chain.Genesis, _chain.Validators, _keys.Signing, _time) { GoodFor = GoodFor })
        {
            RefusedException.ThrowIfNotApplied(
                await client.SendAsync(new FinishRecovery(Account), [], cancellationToken).ConfigureAwait(false));
        }

        _isTaken = true;
        return new Patient(_handle, _chain, _custodians, _keys, _time);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isTaken)
        {
            _keys.Dispose();
        }
    }
}
