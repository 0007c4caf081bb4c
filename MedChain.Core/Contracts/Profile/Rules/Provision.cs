using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Profile.Rules;

/// <summary>One rule of a Consent, or of a permission made here, with the exceptions inside it. What a rule does not state, it has from the
/// rule around it.</summary>
/// <param name="Name">Its name in the policies, such as <c>provision-0-1</c>.</param>
/// <param name="Permits">Whether it permits or denies.</param>
/// <param name="Conditions">When it applies, apart from purpose and action.</param>
/// <param name="Purpose">The purposes of ordinary access.</param>
/// <param name="Emergency">The purposes of an emergency that it names: a permit opens with a broken glass for these.</param>
/// <param name="Action">The actions of ordinary access.</param>
/// <param name="EmergencyAction">Whether the actions that it names include emergency access.</param>
/// <param name="Exceptions">The rules inside it.</param>
internal sealed record Provision(
    string Name,
    bool Permits,
    ImmutableSortedDictionary<string, Bounds> Conditions,
    Bounds Purpose,
    Bounds Emergency,
    Bounds Action,
    bool EmergencyAction,
    ImmutableArray<Provision> Exceptions)
{
    /// <summary>What must hold besides for a permit; not for the rules inside it.</summary>
    public string Allowance { get; init; } = Bounds.Always;

    /// <summary>Whether a permit counts its uses.</summary>
    public bool Consumes { get; init; }

    /// <summary>What the audit trail notes for an ordinary permit.</summary>
    public string Audit { get; init; } = "access";
}
