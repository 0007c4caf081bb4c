using System.Collections.Immutable;
using MedChain.Core.Cryptography;
using MedChain.Core.Custody;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>From an access request over its committed decision and the custodians' shares to the plaintext.</summary>
internal static class Access
{
    /// <summary>How long custodians that are behind are asked again while too few have answered, and how often.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    public static Task<AccessResult> RequestAsync(
        HostedChain chain,
        IReadOnlyList<Custodian> custodians,
        ChainClient client,
        DecryptionKey key,
        AccountId patient,
        AccessDetails details,
        CancellationToken cancellationToken) =>
        RequestAsync(chain, custodians, client, key, patient, details, emergency: null, cancellationToken);

    /// <summary>Asks for access, in an emergency for a while only.</summary>
    public static async Task<AccessResult> RequestAsync(
        HostedChain chain,
        IReadOnlyList<Custodian> custodians,
        ChainClient client,
        DecryptionKey key,
        AccountId patient,
        AccessDetails details,
        TimeSpan? emergency,
        CancellationToken cancellationToken)
    {
        (Digest request, DecisionEntry decision) = await DecideAsync(chain, client, patient, details, emergency, cancellationToken)
            .ConfigureAwait(false);
        if (!decision.Outcome.Releases())
        {
            return new AccessResult(request, decision.Outcome, []);
        }

        using OpenedShares shares = await ReleaseAsync(
            chain, custodians, key, request, decision.Records.Length, cancellationToken).ConfigureAwait(false);
        ImmutableArray<AccessedRecord>.Builder records = ImmutableArray.CreateBuilder<AccessedRecord>();
        ImmutableArray<ReturnedRecord>.Builder returned = ImmutableArray.CreateBuilder<ReturnedRecord>();
        try
        {
            foreach (Digest record in decision.Records)
            {
                PermittedRecord permitted = Find(chain, patient, record);
                RecordContent content = await RecordReader.ReadAsync(
                    chain.Genesis.Chain, permitted, shares, chain.Blobs, cancellationToken).ConfigureAwait(false);
                records.Add(new AccessedRecord(record, content.Plaintext, content.Problem));
                if (content.Plaintext is not null)
                {
                    returned.Add(new ReturnedRecord(record, permitted.ContentRoot));
                }
            }

            await AccessReceipts.SendAsync(
                chain,
                client,
                request,
                decision.Records.Length,
                returned.ToImmutable(),
                records.Sum(r => r.Content?.LongLength ?? 0),
                shares,
                cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Nobody receives what was read so far, so nobody else zeroes it.
            AccessReceipts.Zero(records);
            throw;
        }

        await ReportAsync(chain, client, key, request, patient, shares, cancellationToken).ConfigureAwait(false);
        return new AccessResult(request, decision.Outcome, records.ToImmutable()) { Grant = decision.Grant };
    }

    /// <summary>Opens the one record that the details name.</summary>
    public static async Task<OpeningResult> OpenAsync(
        HostedChain chain,
        IReadOnlyList<Custodian> custodians,
        ChainClient client,
        DecryptionKey key,
        AccountId patient,
        AccessDetails details,
        CancellationToken cancellationToken)
    {
        (Digest request, DecisionEntry decision) = await DecideAsync(chain, client, patient, details, emergency: null, cancellationToken)
            .ConfigureAwait(false);
        if (!decision.Outcome.Releases())
        {
            return new OpeningResult(request, decision.Outcome, null, null);
        }

        using OpenedShares shares = await ReleaseAsync(
            chain, custodians, key, request, decision.Records.Length, cancellationToken).ConfigureAwait(false);
        PermittedRecord permitted = Find(chain, patient, details.Record);
        (RecordContents? contents, string? problem) = await RecordContents.OpenAsync(
            chain.Genesis.Chain, permitted, shares, chain.Blobs, cancellationToken).ConfigureAwait(false);
        try
        {
            // Which parts will be read is not known yet: what is opened counts as returned.
            await AccessReceipts.SendAsync(
                chain,
                client,
                request,
                decision.Records.Length,
                contents is null ? [] : [new ReturnedRecord(details.Record, permitted.ContentRoot)],
                contents?.Length ?? 0,
                shares,
                cancellationToken).ConfigureAwait(false);
            await ReportAsync(chain, client, key, request, patient, shares, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            contents?.Dispose();
            throw;
        }

        return new OpeningResult(
            request, decision.Outcome, contents is null ? null : new OpenedRecord(details.Record, contents), problem);
    }

    private static async Task<(Digest Request, DecisionEntry Decision)> DecideAsync(
        HostedChain chain,
        ChainClient client,
        AccountId patient,
        AccessDetails details,
        TimeSpan? emergency,
        CancellationToken cancellationToken)
    {
        var request = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment attachment = Attachment.Create(details);
        Command command = emergency is { } window
            ? new RequestEmergencyAccess(request, patient, attachment.Commitment, (long)window.TotalMilliseconds)
            : new RequestAccess(request, patient, attachment.Commitment);
        RefusedException.ThrowIfNotApplied(await client.SendAsync(command, [attachment], cancellationToken).ConfigureAwait(false));
        return (request, chain.Read().Get<DecisionEntry>(StateKey.Decision(request))
            ?? throw new InvalidOperationException($"The decision about request {request} was sealed and is not in the state."));
    }

    private static async Task<OpenedShares> ReleaseAsync(
        HostedChain chain,
        IReadOnlyList<Custodian> custodians,
        DecryptionKey key,
        Digest request,
        int records,
        CancellationToken cancellationToken)
    {
        Custodian[] asked = [.. custodians];
        var answers = new ShareRelease[asked.Length];
        int quorum = chain.History.Latest.Validators.Quorum;
        TimeProvider time = chain.Best.Options.TimeProvider;
        long began = time.GetTimestamp();
        int[] left = [.. Enumerable.Range(0, asked.Length)];
        while (true)
        {
            await Task.WhenAll(left.Select(async i =>
                answers[i] = await asked[i].ReleaseAsync(request, cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);

            // Those who sealed the decision and those who accepted the shares are two quorums: some of each may be behind with the other.
            left = [.. left.Where(i => answers[i].IsEarly || answers[i].Shares?.Count < records)];
            int whole = answers.Count(a => a.Shares?.Count == records);
            if (whole >= quorum || left.Length == 0 || time.GetElapsedTime(began) > Patience)
            {
                return new OpenedShares(chain.Genesis.Chain, request, key, answers.Select(r => r.Shares).OfType<ReleasedShares>());
            }

            await Task.Delay(Look, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A record as it is now: the key's shares may have moved since the decision.</summary>
    private static PermittedRecord Find(HostedChain chain, AccountId patient, Digest record)
    {
        RecordEntry entry = chain.Read().Get<RecordEntry>(StateKey.Record(patient, record))!;
        return new PermittedRecord(record, entry.ContentRoot, entry.Manifest, entry.KeyHeader);
    }

    /// <summary>Shows everybody who released a wrong share. Whether the chain convicts is its own business: the record may have moved
    /// meanwhile.</summary>
    private static async Task ReportAsync(
        HostedChain chain,
        ChainClient client,
        DecryptionKey key,
        Digest request,
        AccountId patient,
        OpenedShares shares,
        CancellationToken cancellationToken)
    {
        foreach ((ReleasedShares released, Digest record) in shares.Wrong)
        {
            byte[] opening = new byte[Hpke.OpeningSize];
            byte[] binding = ShareSeal.Release(chain.Genesis.Chain, request, released.Custodian);
            if (Hpke.TryReveal(key, binding, released.Sealed.Span, opening))
            {
                Attachment evidence = Attachment.Create(new ReleaseEvidence(request, released, opening));
                await client.SendAsync(new ReportRelease(patient, record, evidence.Commitment), [evidence], cancellationToken)
                    .ConfigureAwait(false);
            }
        }
    }
}
