using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace MedChain.Core.Contracts.Cedar.Syntax;

/// <summary>Writes policies in one canonical form: annotations by name, one line for each part of the scope, and one for each operand of a
/// condition that is a chain of <c>&amp;&amp;</c>. The text reads back as the same policy; comments are not kept.</summary>
internal static class PolicyPrinter
{
    public static string Print(PolicyBody policy)
    {
        var output = new StringBuilder();
        foreach ((string name, string text) in policy.Annotations)
        {
            output.Append(CultureInfo.InvariantCulture, $"@{name}");
            output.Append(text.Length > 0 ? $"({Quoting.Quote(text)})\n" : "\n");
        }

        output.Append(policy.Effect == PolicyEffect.Permit ? "permit" : "forbid");
        bool isOpen = policy.Principal == ScopeConstraint.Unconstrained && policy.Resource == ScopeConstraint.Unconstrained
            && policy.Action == ScopeConstraint.Unconstrained;
        output.Append(isOpen ? " (" : " (\n  ");
        string separator = isOpen ? ", " : ",\n  ";
        AppendScope(output, "principal", policy.Principal);
        AppendScope(output.Append(separator), "action", policy.Action);
        AppendScope(output.Append(separator), "resource", policy.Resource);
        output.Append(isOpen ? ")" : "\n)");
        foreach (Condition condition in policy.Conditions)
        {
            AppendCondition(output.Append('\n'), condition);
        }

        return output.Append(";\n").ToString();
    }

    private static void AppendScope(StringBuilder output, string variable, ScopeConstraint scope)
    {
        output.Append(variable);
        output.Append(scope.Type is null ? "" : $" is {scope.Type}");
        if (scope.Relation == ScopeRelation.Any)
        {
            return;
        }

        output.Append(scope.Relation == ScopeRelation.Equal ? " == " : " in ");
        output.Append(
            scope.HasSlot ? $"?{variable}"
            : scope.IsList ? $"[{string.Join<EntityUid>(", ", scope.Entities)}]"
            : scope.Entities[0].ToString());
    }

    private static void AppendCondition(StringBuilder output, Condition condition)
    {
        output.Append(condition.IsUnless ? "unless {" : "when {");
        ImmutableArray<Expression> lines = condition.Body is Expression.And and ? and.Operands : [condition.Body];
        string indent = lines.Length == 1 ? " " : "\n  ";
        for (int i = 0; i < lines.Length; i++)
        {
            output.Append(i == 0 ? indent : $" &&{indent}");
            output.Append(lines.Length == 1 ? ExpressionPrinter.Print(lines[i]) : ExpressionPrinter.PrintConjunct(lines[i]));
        }

        output.Append(lines.Length == 1 ? " }" : "\n}");
    }
}
