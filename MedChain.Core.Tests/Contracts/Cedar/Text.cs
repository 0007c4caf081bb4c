using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Cedar.Evaluation;
using MedChain.Core.Contracts.Cedar.Syntax;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Cedar;

/// <summary>Short ways to evaluate Cedar text.</summary>
internal static class Text
{
    /// <summary>Two hospitals, a clinician in one of them with a tag, and a record of a patient.</summary>
    public static readonly EntityStore Entities = new EntityStoreBuilder()
        .Add(new EntityUid("Group", "all"))
        .Add(new EntityUid("Hospital", "st-mary"), parents: [new EntityUid("Group", "all")])
        .Add(
            new EntityUid("Clinician", "c-017"),
            new RecordValue([new("level", new LongValue(3)), new("name", new StringValue("Ada"))]),
            [new EntityUid("Hospital", "st-mary")],
            new RecordValue([new("ward", new StringValue("7b"))]))
        .Add(new EntityUid("Record", "r1"), new RecordValue([new("patient", new EntityValue(new EntityUid("Patient", "p-001")))]))
        .Build();

    public static readonly AuthorizationRequest Request = new(
        new EntityUid("Clinician", "c-017"), new EntityUid("Action", "read"), new EntityUid("Record", "r1"),
        new RecordValue([new("purpose", new StringValue("TREAT")), new("inner", new RecordValue([new("deep", new LongValue(1))]))]));

    public static Expression Parse(string text)
    {
        Expression? expression = PolicyParser.ParseExpression(text, ContractVmOptions.DefaultMaxNesting, out PolicyError? error);
        Assert.That(error, Is.Null, text);
        return expression!;
    }

    public static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    /// <summary>The value as Cedar text, or <c>error</c>.</summary>
    public static string Value(string text) =>
        new Evaluator(Request, Entities, ContractVmOptions.DefaultMaxSteps).Evaluate(Parse(text))?.ToString() ?? "error";

    public static string Failure(string text)
    {
        var evaluator = new Evaluator(Request, Entities, ContractVmOptions.DefaultMaxSteps);
        Assert.That(evaluator.Evaluate(Parse(text)), Is.Null, text);
        return evaluator.TakeFailure();
    }

    public static PolicyError SyntaxError(string text)
    {
        PolicyCompilation compilation = ContractVm.CompilePolicies(text);
        Assert.That(compilation.Succeeded, Is.False, text);
        return compilation.Errors[0];
    }

    public static PolicySet Compile(string text)
    {
        PolicyCompilation compilation = ContractVm.CompilePolicies(text);
        Assert.That(compilation.Errors, Is.Empty);
        return compilation.Policies!;
    }
}
