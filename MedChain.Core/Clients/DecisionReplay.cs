using System.Collections.Immutable;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>An old decision about an access, made again from the versions of the permissions that it used.</summary>
/// <param name="Request">The request that was decided.</param>
/// <param name="Requester">Who asked.</param>
/// <param name="Height">The block of the decision; 0 when it cannot be made again.</param>
/// <param name="Committed">What the chain decided.</param>
/// <param name="Replayed">What is decided again; <see langword="null"/> when it cannot be.</param>
/// <param name="Agrees">Whether outcome, permissions used and records opened are all the same.</param>
/// <param name="Permissions">What each permission said, in the order of their identifiers.</param>
/// <param name="Gap">Why the decision cannot be made again, or <see langword="null"/>.</param>
public sealed record DecisionReplay(
    Digest Request,
    AccountId Requester,
    BlockHeight Height,
    DecisionOutcome Committed,
    DecisionOutcome? Replayed,
    bool Agrees,
    ImmutableArray<PermissionFinding> Permissions,
    string? Gap)
{
    /// <summary>Gets what the policies that permit oblige to, as their <c>@audit</c> says it: the kind of entry, then duties such as
    /// <c>notify=patient</c>.</summary>
    public ImmutableArray<string> Obligations { get; init; } = [];

    /// <summary>Makes a decision again.</summary>
    /// <returns>The replay; <see langword="null"/> when there is no such decision.</returns>
    /// <exception cref="Storage.StorageException">An attachment cannot be read, or is damaged.</exception>
    internal static async Task<DecisionReplay?> ReplayAsync(HostedChain chain, Digest request, CancellationToken cancellationToken)
    {
        if (chain.Read().Get<DecisionEntry>(StateKey.Decision(request)) is not { } decision)
        {
            return null;
        }

        var unknown = new DecisionReplay(request, decision.Requester, default, decision.Outcome, null, false, [], null);
        if (decision.Basis.IsZero)
        {
            return unknown with { Gap = "The patient's permissions were not asked." };
        }

        AccessDetails? details = await AttachmentReader.TryReadAsync<AccessDetails>(
            chain.Blobs, decision.Details, cancellationToken).ConfigureAwait(false);
        DecisionBasis? basis = await AttachmentReader.TryReadAsync<DecisionBasis>(
            chain.Blobs, decision.Basis, cancellationToken).ConfigureAwait(false);
        if (details is null || basis is null)
        {
            return unknown with { Gap = "What was asked, or what it was decided from, is erased." };
        }

        Dictionary<Digest, ReadOnlyMemory<byte>> attachments = [];
        foreach (Digest attachment in basis.Attachments.Distinct())
        {
            attachments[attachment] = await chain.Blobs.TryGetAsync(attachment, cancellationToken).ConfigureAwait(false) is { } blob
                && Digest.Of(blob.Span) == attachment
                ? blob
                : default;
        }

        DecisionReplayer? replayer = DecisionReplayer.TryReplay(
            chain.Genesis.Name, decision.Patient, details, basis, attachment => attachments[attachment], out string? problem);
        return replayer is null
            ? unknown with { Gap = problem }
            : unknown with
            {
                Height = basis.Height,
                Replayed = replayer.Decision.Outcome,
                Agrees = replayer.Agrees(decision),
                Obligations = replayer.Decision.Duties,
                Permissions =
                [
                    .. replayer.Explain().Select(said => new PermissionFinding(
                        said.Grant.Grant,
                        said.Grant.Entry.Version,
                        said.Grant.Entry.Standing,
                        !said.Grant.Entry.Parent.IsZero,
                        said.Explanation?.ToText() ?? "It was not asked.")),
                ],
            };
    }
}

/// <summary>What one permission said to a request.</summary>
/// <param name="Grant">The permission.</param>
/// <param name="Version">Its version at that time.</param>
/// <param name="Standing">Whether it counted at that time.</param>
/// <param name="IsDelegated">Whether it passes on another permission, which had to permit it too.</param>
/// <param name="Explanation">What it said about the first of the records, in words for patients.</param>
public sealed record PermissionFinding(Digest Grant, int Version, GrantStanding Standing, bool IsDelegated, string Explanation);
