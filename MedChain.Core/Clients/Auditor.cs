using MedChain.Core.Keys;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>An auditor's side: reads patients' audit trails, and nothing else. Each reading is in the trail that was read. Thread
/// safe.</summary>
public sealed class Auditor : IDisposable
{
    /// <summary>The purpose of an audit unless the auditor says otherwise: health compliance.</summary>
    public const string DefaultPurpose = "HCOMPL";

    private readonly HolderKeys _keys;
    private readonly ChainClient _client;
    private readonly AuditReader _reader;

    internal Auditor(string handle, HostedChain chain, HolderKeys keys, TimeProvider time)
    {
        Handle = handle;
        _keys = keys;
        _client = new ChainClient(chain.Genesis, chain.Validators, keys.Signing, time);
        _reader = new AuditReader(chain, _client);
    }

    /// <summary>Gets the host's name for the auditor; never on the chain.</summary>
    public string Handle { get; }

    /// <summary>Gets the auditor's account.</summary>
    public AccountId Id => _client.Account;

    /// <summary>Lists everything that happened to a patient's data, oldest first, each with a proof. The reading is committed
    /// first.</summary>
    /// <param name="patient">The patient.</param>
    /// <param name="purpose">HL7 v3 purpose of use; default <see cref="DefaultPurpose"/>.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The entries up to this reading, which shows in the next one.</returns>
    /// <exception cref="RefusedException">There is no such patient, or the purpose is no name.</exception>
    /// <exception cref="InvalidOperationException">All validators of the chain in this process have stopped.</exception>
    public IAsyncEnumerable<AuditEntry> AuditTrailAsync(
        AccountId patient, string purpose = DefaultPurpose, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        return _reader.ReadAsync(patient, purpose, cancellationToken);
    }

    /// <summary>Writes a patient's audit trail into one file, as <see cref="Patient.ExportAuditAsync"/>. The reading is committed
    /// first.</summary>
    /// <param name="patient">The patient.</param>
    /// <param name="output">Where to.</param>
    /// <param name="purpose">HL7 v3 purpose of use; default <see cref="DefaultPurpose"/>.</param>
    /// <param name="after">Only entries above this block; default all.</param>
    /// <param name="cancellationToken">Stops the reading and writing.</param>
    /// <returns>How many entries the file has, proved or not yet sealed.</returns>
    /// <exception cref="RefusedException">There is no such patient, or the purpose is no name.</exception>
    /// <exception cref="InvalidOperationException">The entries do not fit one file: export them after a later block. Or all validators of
    /// the chain in this process have stopped.</exception>
    public Task<int> ExportAuditAsync(
        AccountId patient,
        Stream output,
        string purpose = DefaultPurpose,
        BlockHeight after = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(purpose);
        return _reader.ExportAsync(patient, purpose, output, after, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _keys.Dispose();
    }
}
