using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Explaining;

/// <summary>Why a request was decided as it was, and what would change that.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Policies">What each policy found, in their order in the set. Templates decide nothing and are not there.</param>
/// <param name="SmallestChanges">The fewest conditions that would have to be different for the opposite decision; several alternatives of
/// the same number, at most <see cref="MaxAlternatives"/>; none when no change of conditions would do. Conditions count as independent: two
/// that exclude one another may stand in one alternative.</param>
public sealed record DecisionExplanation(
    Decision Decision, ImmutableArray<PolicyFinding> Policies, ImmutableArray<DecisionChange> SmallestChanges)
{
    /// <summary>Most alternatives that are listed.</summary>
    public const int MaxAlternatives = 4;

    /// <summary>The explanation in words that a patient knows.</summary>
    /// <returns>A few lines of text.</returns>
    public string ToText() => ExplanationText.Write(this);

    /// <inheritdoc cref="ToText"/>
    public override string ToString() => ToText();
}

/// <summary>What one policy found.</summary>
/// <param name="PolicyId">The policy's name.</param>
/// <param name="Effect">What it does when it is satisfied.</param>
/// <param name="Satisfied">Whether it is; <see langword="null"/> when it could not be evaluated.</param>
/// <param name="Conditions">Its scope and its clauses, taken apart at <c>&amp;&amp;</c>.</param>
public sealed record PolicyFinding(string PolicyId, PolicyEffect Effect, bool? Satisfied, ImmutableArray<ConditionFinding> Conditions);

/// <summary>What became of one condition.</summary>
/// <param name="Cedar">The condition as Cedar text.</param>
/// <param name="Words">The condition in plain words.</param>
/// <param name="Holds">Whether it holds by itself; <see langword="null"/> when it could not be evaluated.</param>
/// <param name="Seen">The values that it looked at.</param>
/// <param name="Failure">Why it could not be evaluated, or <see langword="null"/>.</param>
public sealed record ConditionFinding(
    string Cedar, string Words, bool? Holds, ImmutableArray<SeenValue> Seen, string? Failure);

/// <summary>A value that a condition looked at.</summary>
/// <param name="Expression">Where it is from, such as <c>context.cohort</c>.</param>
/// <param name="Value">The value as Cedar text, cut to 120 characters.</param>
public sealed record SeenValue(string Expression, string Value);

/// <summary>Conditions that together would change the decision.</summary>
/// <param name="Conditions">The conditions, in the order of the policies.</param>
public sealed record DecisionChange(ImmutableArray<ConditionChange> Conditions);

/// <summary>A condition that would have to be different.</summary>
/// <param name="PolicyId">The policy's name.</param>
/// <param name="Cedar">The condition as Cedar text.</param>
/// <param name="Words">The condition in plain words.</param>
/// <param name="MustHold">Whether it would have to hold, or not to.</param>
/// <param name="Seen">The values that it looked at.</param>
public sealed record ConditionChange(string PolicyId, string Cedar, string Words, bool MustHold, ImmutableArray<SeenValue> Seen);
