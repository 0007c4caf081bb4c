using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Json;

/// <summary>Writes policies and sets in Cedar's JSON form.</summary>
internal static class PolicyJsonWriter
{
    // Texts of up to 64 KiB have chains whose JSON is nested that deep; what this program writes it need not check.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
        MaxDepth = int.MaxValue,
    };

    public static string Write(PolicyBody policy) => Write(output => WritePolicy(output, policy));

    public static string Write(ImmutableArray<Policy> policies) => Write(output =>
    {
        output.WriteStartObject();
        WritePolicies(output, "staticPolicies", policies.Where(policy => !policy.IsTemplate));
        WritePolicies(output, "templates", policies.Where(policy => policy.IsTemplate));
        output.WriteStartArray("templateLinks");
        output.WriteEndArray();
        output.WriteEndObject();
    });

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var output = new Utf8JsonWriter(buffer, Options))
        {
            write(output);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WritePolicies(Utf8JsonWriter output, string name, IEnumerable<Policy> policies)
    {
        output.WriteStartObject(name);
        foreach (Policy policy in policies)
        {
            output.WritePropertyName(policy.Id);
            WritePolicy(output, policy.Body);
        }

        output.WriteEndObject();
    }

    private static void WritePolicy(Utf8JsonWriter output, PolicyBody policy)
    {
        var expressions = new ExpressionJsonWriter(output);
        output.WriteStartObject();
        output.WriteString("effect", policy.Effect == PolicyEffect.Permit ? "permit" : "forbid");
        WriteScope(output, expressions, "principal", policy.Principal);
        WriteScope(output, expressions, "action", policy.Action);
        WriteScope(output, expressions, "resource", policy.Resource);
        output.WriteStartArray("conditions");
        foreach (Condition condition in policy.Conditions)
        {
            output.WriteStartObject();
            output.WriteString("kind", condition.IsUnless ? "unless" : "when");
            output.WritePropertyName("body");
            expressions.Write(condition.Body);
            output.WriteEndObject();
        }

        output.WriteEndArray();
        if (!policy.Annotations.IsEmpty)
        {
            output.WriteStartObject("annotations");
            foreach ((string name, string text) in policy.Annotations)
            {
                output.WriteString(name, text);
            }

            output.WriteEndObject();
        }

        output.WriteEndObject();
    }

    private static void WriteScope(Utf8JsonWriter output, ExpressionJsonWriter expressions, string variable, ScopeConstraint scope)
    {
        output.WriteStartObject(variable);
        if (scope.Type is not null)
        {
            output.WriteString("op", "is");
            output.WriteString("entity_type", scope.Type);
            if (scope.Relation == ScopeRelation.In)
            {
                output.WriteStartObject("in");
                WriteEntities(output, expressions, variable, scope);
                output.WriteEndObject();
            }
        }
        else
        {
            output.WriteString("op", scope.Relation switch
            {
                ScopeRelation.Any => "All",
                ScopeRelation.Equal => "==",
                _ => "in",
            });
            if (scope.Relation != ScopeRelation.Any)
            {
                WriteEntities(output, expressions, variable, scope);
            }
        }

        output.WriteEndObject();
    }

    private static void WriteEntities(Utf8JsonWriter output, ExpressionJsonWriter expressions, string variable, ScopeConstraint scope)
    {
        if (scope.HasSlot)
        {
            output.WriteString("slot", $"?{variable}");
        }
        else if (scope.IsList)
        {
            output.WriteStartArray("entities");
            foreach (EntityUid uid in scope.Entities)
            {
                expressions.WriteUid(uid);
            }

            output.WriteEndArray();
        }
        else
        {
            output.WritePropertyName("entity");
            expressions.WriteUid(scope.Entities[0]);
        }
    }
}
