using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace MedChain.Core.Contracts.Profile;

/// <summary>What happens besides the release when a policy permits: its annotations <c>@consume</c>, <c>@audit</c> and <c>@consent</c>,
/// read. Cedar ignores them in evaluation.</summary>
/// <param name="ConsumesUse">Whether a use of the grant is counted: <c>@consume("grant.uses")</c>.</param>
/// <param name="Audit">The kind of the entry in the audit trail, such as <c>access</c>, or <see langword="null"/>.</param>
/// <param name="AuditDuties">What the entry obliges to, such as <c>notify</c> to <c>patient</c>.</param>
/// <param name="Consent">The consent document, such as <c>Consent/7f3a</c>, or <see langword="null"/>.</param>
public sealed partial record PolicyEffects(
    bool ConsumesUse, string? Audit, ImmutableSortedDictionary<string, string> AuditDuties, string? Consent)
{
    /// <summary>The one counter that a policy may consume.</summary>
    public const string UsesCounter = "grant.uses";

    private const int MaxDuties = 16;

    private static readonly ImmutableArray<string> Names = ["audit", "consent", "consume", "id", "note", "title"];

    /// <summary>Reads the effects of a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="effects">The effects, or <see langword="null"/>.</param>
    /// <param name="reason">What is wrong with an annotation and what to write, or <see langword="null"/>.</param>
    /// <returns>Whether all annotations are known and well formed.</returns>
    public static bool TryRead(Policy policy, [NotNullWhen(true)] out PolicyEffects? effects, [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(policy);
        effects = null;
        var duties = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);
        reason = policy.Annotations.Keys.FirstOrDefault(name => !Names.Contains(name)) is { } unknown
            ? $"The annotation @{Shorten(unknown)} has no meaning here; write one of @{string.Join(", @", Names)}."
                + Cedar.Validation.Suggestions.For(unknown, Names)
            : ProblemOf(policy, ref duties);
        if (reason is not null)
        {
            return false;
        }

        string? audit = policy.Annotations.GetValueOrDefault("audit")?.Split(';')[0].Trim();
        string? consent = policy.Annotations.GetValueOrDefault("consent");
        effects = new PolicyEffects(policy.Annotations.ContainsKey("consume"), audit, duties, consent);
        return true;
    }

    private static string? ProblemOf(Policy policy, ref ImmutableSortedDictionary<string, string> duties)
    {
        if (policy.Annotations.TryGetValue("consume", out string? counter) && counter != UsesCounter)
        {
            return $"@consume(\"{Shorten(counter)}\") names no counter; write @consume(\"{UsesCounter}\").";
        }

        if (counter is not null && policy.Effect == PolicyEffect.Forbid)
        {
            return "A forbid consumes nothing; remove @consume.";
        }

        if (policy.Annotations.TryGetValue("consent", out string? consent) && !ConsentForm().IsMatch(consent))
        {
            return $"@consent(\"{Shorten(consent)}\") names no document; write a type and an identifier, as in @consent(\"Consent/7f3a\").";
        }

        if (!policy.Annotations.TryGetValue("audit", out string? audit))
        {
            return null;
        }

        string[] parts = audit.Split(';', MaxDuties + 2);
        if (parts.Length > MaxDuties + 1)
        {
            return $"@audit has more than {MaxDuties} duties; remove some.";
        }

        if (!WordForm().IsMatch(parts[0].Trim()))
        {
            return $"@audit(\"{Shorten(audit)}\") starts with a kind in small letters, as in @audit(\"access\").";
        }

        foreach (string part in parts.Skip(1))
        {
            string[] duty = part.Split('=');
            if (duty.Length != 2 || !WordForm().IsMatch(duty[0].Trim()) || !WordForm().IsMatch(duty[1].Trim())
                || duties.ContainsKey(duty[0].Trim()))
            {
                return $"@audit has the duty \"{Shorten(part.Trim())}\"; write name=value, each name once, as in \"notify=patient\".";
            }

            duties = duties.Add(duty[0].Trim(), duty[1].Trim());
        }

        return null;
    }

    private static string Shorten(string text) => Cedar.Syntax.Quoting.Shorten(text);

    [GeneratedRegex(@"\A[A-Za-z]{1,64}/[A-Za-z0-9.\-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ConsentForm();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9\-]{0,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex WordForm();
}
