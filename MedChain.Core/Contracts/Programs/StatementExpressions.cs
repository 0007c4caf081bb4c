using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Programs;

/// <summary>The expressions in a statement and in the statements inside it.</summary>
internal static class StatementExpressions
{
    public static IEnumerable<Expression> Of(StatementSyntax statement) => statement switch
    {
        StatementSyntax.Let let => [let.Value],
        StatementSyntax.Assign { Key: { } key } assign => [key, assign.Value],
        StatementSyntax.Assign assign => [assign.Value],
        StatementSyntax.Delete { Key: { } key } => [key],
        StatementSyntax.If choice => [choice.Condition, .. choice.Then.Concat(choice.Else).SelectMany(Of)],
        StatementSyntax.While loop => [loop.Condition, .. loop.Body.SelectMany(Of)],
        StatementSyntax.For loop => loop.Body.SelectMany(Of),
        StatementSyntax.Fail fail => [fail.Message],
        StatementSyntax.Return { Value: { } value } => [value],
        StatementSyntax.Emit emit => emit.Values,
        StatementSyntax.Oblige oblige => [oblige.Name, oblige.Detail],
        StatementSyntax.Consume consume => [consume.Counter, consume.Amount],
        StatementSyntax.Call call => [call.Invocation],
        _ => [],
    };
}
