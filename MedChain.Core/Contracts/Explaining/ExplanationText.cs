using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace MedChain.Core.Contracts.Explaining;

/// <summary>Writes explanations for patients.</summary>
internal static class ExplanationText
{
    public static string Write(DecisionExplanation explanation)
    {
        var output = new StringBuilder();
        Decision decision = explanation.Decision;
        bool isForbidden = explanation.Policies.Any(policy => policy.Effect == PolicyEffect.Forbid && policy.Satisfied == true);
        string policies = string.Join(" and ", decision.Reasons.Select(Named));
        output.Append(
            decision.Releasable ? $"Allowed by the permission {policies}."
            : isForbidden ? $"Not allowed: the rule {policies} forbids it."
            : decision.Allowed ? "Not allowed: a rule that may forbid it could not be checked."
            : "Not allowed: no permission covers this request.").Append('\n');
        foreach (PolicyFault fault in decision.Errors)
        {
            output.Append(CultureInfo.InvariantCulture, $"{Named(fault.PolicyId)} could not be checked ({fault.Message}).\n");
        }

        AppendChanges(output, explanation);
        return output.ToString();
    }

    private static void AppendChanges(StringBuilder output, DecisionExplanation explanation)
    {
        ImmutableArray<DecisionChange> changes = explanation.SmallestChanges;
        string opposite = explanation.Decision.Releasable ? "no longer be allowed" : "be allowed";
        if (changes.IsEmpty)
        {
            output.Append("Nothing that these permissions ask for would change that.\n");
            return;
        }

        for (int i = 0; i < changes.Length; i++)
        {
            output.Append(i == 0 ? "It would " : "Or it would ").Append(opposite).Append(" if:\n");
            foreach (ConditionChange change in changes[i].Conditions)
            {
                output.Append(change.MustHold ? $"- {change.Words}" : $"- it were not so that {change.Words}");
                output.Append(CultureInfo.InvariantCulture, $" ({Named(change.PolicyId)}");
                string seen = string.Join(", ", change.Seen.Select(value => $"{value.Expression} is {value.Value}"));
                output.Append(seen.Length == 0 ? "" : $"; now {seen}");
                output.Append(")\n");
            }
        }
    }

    private static string Named(string policyId) => $"\"{Cedar.Syntax.Quoting.Shorten(policyId)}\"";
}
