using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.BreakGlass;
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

    private async Task SendAsync(Command command, IReadOnlyList<Attachment> attachments, CancellationToken cancellationToken) =>
        RefusedException.ThrowIfNotApplied(await _client.SendAsync(command, attachments, cancellationToken).ConfigureAwait(false));
}
