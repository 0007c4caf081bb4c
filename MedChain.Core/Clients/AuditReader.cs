using System.Runtime.CompilerServices;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>Reads patients' audit trails in one account's name. Each reading is committed before it begins, and shows in the next
/// one.</summary>
internal sealed class AuditReader(HostedChain chain, ChainClient client)
{
    /// <summary>The purpose of a patient's own readings.</summary>
    public const string Own = "PATRQT";

    /// <summary>The purpose of a guardian's readings.</summary>
    public const string ByGuardian = "FAMRQT";

    /// <exception cref="RefusedException">The account may not; the attempt is in the trail.</exception>
    public async IAsyncEnumerable<AuditEntry> ReadAsync(
        AccountId patient, string purpose, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        AuditTrail trail = await OpenAsync(patient, purpose, isExport: false, default, cancellationToken).ConfigureAwait(false);
        await foreach (AuditEntry entry in trail.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return entry;
        }
    }

    /// <summary>Writes a trail into one file.</summary>
    /// <returns>How many entries the file has, proved or not yet sealed.</returns>
    /// <exception cref="RefusedException">The account may not; the attempt is in the trail.</exception>
    /// <exception cref="InvalidOperationException">The entries do not fit one file.</exception>
    public async Task<int> ExportAsync(
        AccountId patient, string purpose, Stream output, BlockHeight after, CancellationToken cancellationToken)
    {
        AuditTrail trail = await OpenAsync(patient, purpose, isExport: true, after, cancellationToken).ConfigureAwait(false);
        (byte[] file, int entries) = await new AuditExport(chain, patient).BuildAsync(trail, after, cancellationToken)
            .ConfigureAwait(false);
        await output.WriteAsync(file, cancellationToken).ConfigureAwait(false);
        return entries;
    }

    private async Task<AuditTrail> OpenAsync(
        AccountId patient, string purpose, bool isExport, BlockHeight after, CancellationToken cancellationToken)
    {
        var reading = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment details = Attachment.Create(
            new TrailReadingDetails(new Actors(client.Account, chain.Software), purpose, isExport, after));
        CommittedTransaction committed = await client.SendAsync(
            new ReadTrail(reading, patient, details.Commitment), [details], cancellationToken).ConfigureAwait(false);
        RefusedException.ThrowIfNotApplied(committed);
        return committed.Receipt.Events.Any(e => e.Kind == LedgerEventKind.TrailRead)
            ? new AuditTrail(chain, patient, reading)
            : throw RefusedException.Because(
                $"Account {client.Account} may not read the audit trail of {patient}; the patient sees the attempt there.");
    }
}
