using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>An access for which somebody broke the glass.</summary>
/// <param name="Request">The request; its decision is on the chain under this name.</param>
/// <param name="Actor">Who broke the glass.</param>
/// <param name="Patient">Whose records.</param>
/// <param name="Time">Block time of the access.</param>
/// <param name="Expires">Block time from which custodians release nothing any more.</param>
/// <param name="ReviewBy">Block time after which the actor is suspended until the access is reviewed.</param>
/// <param name="Status">What the review says.</param>
/// <param name="Reviewer">Who reviewed it; <see langword="null"/> for nobody yet.</param>
public sealed record EmergencyAccess(
    Digest Request,
    AccountId Actor,
    AccountId Patient,
    DateTimeOffset Time,
    DateTimeOffset Expires,
    DateTimeOffset ReviewBy,
    EmergencyStatus Status,
    AccountId? Reviewer)
{
    /// <summary>The emergency accesses that a chain knows, the oldest first.</summary>
    internal static IReadOnlyList<EmergencyAccess> Read(HostedChain chain, Func<EmergencyEntry, bool> wanted) =>
    [
        .. chain.Read().Scan<EmergencyEntry>(StateKey.Emergencies)
            .Where(e => wanted(e.Value))
            .Select(e => Of(StateKey.FirstPart(e.Key), e.Value))
            .OrderBy(e => e.Time),
    ];

    private static EmergencyAccess Of(Digest request, EmergencyEntry entry) => new(
        request,
        entry.Actor,
        entry.Patient,
        DateTimeOffset.FromUnixTimeMilliseconds(entry.Time),
        DateTimeOffset.FromUnixTimeMilliseconds(entry.Expires),
        DateTimeOffset.FromUnixTimeMilliseconds(entry.ReviewBy),
        entry.Status,
        entry.Status == EmergencyStatus.Unreviewed ? null : entry.Reviewer);
}
