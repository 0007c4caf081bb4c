using System.Collections.Immutable;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Explaining;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Grants;

/// <summary>What all grants of a patient say to one question: a function of the basis, the question and the attachments, so that an old
/// decision can be made again.</summary>
/// <remarks>A grant that is passed on opens what every link of its chain opens: the last grant to the asker, the one above to its author,
/// and so on up to the patient's own; and of each link what its grantee is not forbidden otherwise. So whoever passes on can only narrow.
/// </remarks>
internal sealed class GrantEvaluation
{
    private readonly ContractVm _vm;
    private readonly string _institution;
    private readonly DecisionBasis _basis;
    private readonly PermissionQuestion _question;
    private readonly GrantPolicies?[] _said;
    private readonly RevocationDocument?[] _bans;
    private readonly Dictionary<Digest, int> _places = [];
    private readonly Dictionary<AccountId, PermissionRequest?> _requests = [];
    private readonly Dictionary<(int Grant, AccountId Asker, int Depth), Decision[]> _asked = [];
    private readonly Func<PermissionQuestion, PermissionRequest> _makeRequest;

    /// <param name="vm">What decides.</param>
    /// <param name="institution">The chain's name.</param>
    /// <param name="basis">What the decision follows from; the asker is its first party.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="said">What the grants of the basis say; <see langword="null"/> for one that cannot be read, which says nothing.</param>
    /// <param name="bans">Whom the bans of the basis are about; <see langword="null"/> for one that cannot be read, which is about
    /// everybody.</param>
    /// <param name="makeRequest">Puts a question about the records of the basis into Cedar's form.</param>
    public GrantEvaluation(
        ContractVm vm,
        string institution,
        DecisionBasis basis,
        PermissionQuestion question,
        GrantPolicies?[] said,
        RevocationDocument?[] bans,
        Func<PermissionQuestion, PermissionRequest> makeRequest)
    {
        _vm = vm;
        _institution = institution;
        _basis = basis;
        _question = question;
        _said = said;
        _bans = bans;
        _makeRequest = makeRequest;
        for (int i = 0; i < basis.Grants.Length; i++)
        {
            _places.Add(basis.Grants[i].Grant, i);
        }
    }

    private DecisionParty Asker => _basis.Parties[0];

    public PatientDecision Decide()
    {
        if (RequestOf(Asker) is null)
        {
            return Denied(DecisionOutcome.NotPermitted);
        }

        // A grant without a counter is used before one with a counter, for it costs the patient nothing; then one that opens more, and one
        // of her own before one that is passed on.
        GrantWay? best = Ways(Counts).OrderBy(way => way.Uses.Count(use => use.Consumes))
            .ThenByDescending(way => way.Records.Length).ThenBy(way => way.Uses.Length).FirstOrDefault();
        if (best is not null)
        {
            return new PatientDecision(DecisionOutcome.Permitted, best.Uses, best.Records) { Basis = _basis, Duties = best.Duties };
        }

        bool[] all = [.. _basis.Records.Select(_ => true)];
        return Denied(
            Without(all, Forbids, Asker, depth: 0).Contains(false) ? DecisionOutcome.Forbidden
            : Without(all, HasFaultyForbid, Asker, depth: 0).Contains(false) ? DecisionOutcome.FaultyForbid
            : Ways(IsInForce).FirstOrDefault() is { } paused ? PauseOf(paused)
            : Ways(_ => true).Any() ? DecisionOutcome.Revoked
            : DecisionOutcome.NotPermitted);
    }

    /// <summary>What one grant opens to the asker; <see langword="null"/> for nothing.</summary>
    public GrantWay? WayOf(Digest grant) => _places.TryGetValue(grant, out int place) ? WayOf(place, Counts) : null;

    /// <summary>Explains what a grant says to the asker about the first record, whether it is in force or not.</summary>
    /// <param name="place">The grant's place in the basis.</param>
    /// <returns>The explanation; <see langword="null"/> when there is nothing to ask, or nobody who may be asked for.</returns>
    public DecisionExplanation? Explain(int place) =>
        _basis.Records.IsEmpty || _said[place] is not { } said || RequestOf(Asker) is not { } request
            ? null
            : request.Explain(_vm, said, _basis.Records[0].Record, _basis.Grants[place].Entry.Uses);

    private PatientDecision Denied(DecisionOutcome outcome) => PatientDecision.Denied(outcome) with { Basis = _basis };

    private IEnumerable<GrantWay> Ways(Predicate<Link> counts) =>
        Enumerable.Range(0, _said.Length).Select(place => WayOf(place, counts)).OfType<GrantWay>();

    private GrantWay? WayOf(int place, Predicate<Link> counts)
    {
        if (ChainOf(place) is not { } chain || !chain.TrueForAll(counts))
        {
            return null;
        }

        bool[] open = [.. _basis.Records.Select(_ => true)];

        // Each link's grantee has to get it herself, through what is above her: that is what makes passing on narrow.
        for (int from = 0; from < chain.Count; from++)
        {
            for (int link = from; link < chain.Count; link++)
            {
                Decision[] said = Ask(chain[link].Place, chain[link].Grantee, depth: link - from);
                open = [.. open.Select((isOpen, record) => isOpen && said[record].Allowed)];
            }

            int depth = chain.Count - 1 - from;
            open = Without(Without(open, Forbids, chain[from].Grantee, depth), HasFaultyForbid, chain[from].Grantee, depth);
            if (!open.Contains(true))
            {
                return null;
            }
        }

        return new GrantWay(
            [.. chain.Select((link, depth) => UseOf(link, depth, open))],
            [.. _basis.Records.Where((_, record) => open[record]).Select(r => r.ToPermitted())],
            [.. chain.SelectMany((link, depth) => Deciding(link, depth, open)).Select(p => p.Annotations.GetValueOrDefault("audit"))
                .OfType<string>().Distinct().Order(StringComparer.Ordinal)]);
    }

    /// <summary>A grant and those above it, each with whom it permits; <see langword="null"/> for a chain that does not hold whatever was
    /// revoked.</summary>
    private List<Link>? ChainOf(int place)
    {
        var chain = new List<Link>();
        DecisionParty? grantee = Asker;
        for (int at = place; ; at = _places[_basis.Grants[at].Entry.Parent])
        {
            GrantEntry entry = _basis.Grants[at].Entry;
            if (grantee is null || RequestOf(grantee) is null || _said[at] is not { } said || said.Depth < chain.Count
                || (said.Until > 0 && said.Until <= _basis.Time))
            {
                return null;
            }

            chain.Add(new Link(at, grantee));
            if (entry.Parent.IsZero)
            {
                return chain.Count == 1 || DelegationRules.MayBePassedOn(_question.Action) ? chain : null;
            }

            if (!_places.ContainsKey(entry.Parent) || chain.Count > DelegationRules.MaxDepth)
            {
                return null;
            }

            grantee = _basis.Party(entry.Author);
        }
    }

    private bool Counts(Link link) => IsInForce(link) && _basis.Grants[link.Place].Pause is null;

    /// <summary>Why the permits of a chain that is in force do not count.</summary>
    private DecisionOutcome PauseOf(GrantWay way) =>
        way.Uses.Select(use => _basis.Grants[_places[use.Grant]].Pause).First(pause => pause is not null)!.Value;

    private bool IsInForce(Link link)
    {
        GrantEntry entry = _basis.Grants[link.Place].Entry;
        return entry.Standing == GrantStanding.InForce
            && !_bans.Where((ban, i) => _basis.Bans[i].Height >= entry.Since && ban?.IsAbout(link.Grantee, _institution) != false).Any();
    }

    private GrantUse UseOf(Link link, int depth, bool[] open)
    {
        bool consumes = Deciding(link, depth, open).Any(policy => policy.Annotations.ContainsKey("consume"));
        return new GrantUse(_basis.Grants[link.Place].Grant, _basis.Grants[link.Place].Entry.Version, consumes);
    }

    /// <summary>The policies of a link that permit a record that is opened.</summary>
    private IEnumerable<Policy> Deciding(Link link, int depth, bool[] open) =>
        Ask(link.Place, link.Grantee, depth).Where((_, record) => open[record])
            .SelectMany(said => said.Reasons).Distinct().Select(id => Find(link.Place, id)).OfType<Policy>();

    /// <summary>Takes from some records those that a rule of a grant of the patient's own closes to somebody.</summary>
    private bool[] Without(bool[] records, Func<int, Decision, bool> closes, DecisionParty asker, int depth)
    {
        bool[] left = [.. records];
        for (int place = 0; place < _said.Length; place++)
        {
            GrantEntry entry = _basis.Grants[place].Entry;
            if (_said[place] is not null && entry.Parent.IsZero && !entry.Revoked)
            {
                Decision[] said = Ask(place, asker, depth);
                for (int record = 0; record < left.Length; record++)
                {
                    left[record] &= !closes(place, said[record]);
                }
            }
        }

        return left;
    }

    /// <summary>Whether a forbid of a grant applies: Cedar then names the forbids as its reasons.</summary>
    private bool Forbids(int place, Decision said) =>
        !said.Allowed && said.Reasons.Any(id => Find(place, id)?.Effect == PolicyEffect.Forbid);

    private bool HasFaultyForbid(int place, Decision said) => said.Errors.Any(e => e.Effect == PolicyEffect.Forbid);

    private Policy? Find(int place, string id) => _said[place]!.Policies.Policies.FirstOrDefault(p => p.Id == id);

    private Decision[] Ask(int place, DecisionParty asker, int depth)
    {
        if (!_asked.TryGetValue((place, asker.Account, depth), out Decision[]? said))
        {
            PermissionRequest request = RequestOf(asker)!;
            long uses = _basis.Grants[place].Entry.Uses;
            said = [.. _basis.Records.Select(r => request.Decide(_vm, _said[place]!, r.Record, uses, depth))];
            _asked.Add((place, asker.Account, depth), said);
        }

        return said;
    }

    /// <summary>The question as somebody would ask it; <see langword="null"/> when the schema has no such question. Policies are validated
    /// for those that it has, so others are not asked.</summary>
    private PermissionRequest? RequestOf(DecisionParty party)
    {
        if (!_requests.TryGetValue(party.Account, out PermissionRequest? request))
        {
            request = _makeRequest(_question with
            {
                Principal = party.Account,
                Kind = party.Kind,
                Roles = party.Roles,
                OpenReviews = party.OpenReviews,
            });
            request = request.IsDeclared ? request : null;
            _requests.Add(party.Account, request);
        }

        return request;
    }

    private readonly record struct Link(int Place, DecisionParty Grantee);
}

/// <summary>What a grant opens to somebody.</summary>
/// <param name="Uses">The grant, and those above it that it passes on.</param>
/// <param name="Records">The records, at least one.</param>
/// <param name="Duties">What the policies oblige to that permit (<c>@audit</c>), sorted.</param>
internal sealed record GrantWay(ImmutableArray<GrantUse> Uses, ImmutableArray<PermittedRecord> Records, ImmutableArray<string> Duties);
