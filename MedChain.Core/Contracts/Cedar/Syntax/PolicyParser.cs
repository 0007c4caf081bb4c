using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace MedChain.Core.Contracts.Cedar.Syntax;

/// <summary>Reads policy sets (grammar specification, Policy to Condition).</summary>
internal sealed class PolicyParser
{
    public const int MaxErrors = 16;

    private readonly TokenReader _reader;
    private readonly ExpressionParser _expressions;

    private PolicyParser(TokenReader reader, int maxNesting)
    {
        _reader = reader;
        _expressions = new ExpressionParser(reader, maxNesting);
    }

    /// <summary>All policies and templates of a text in their order, or the errors: the first in each policy, <see cref="MaxErrors"/> at
    /// most.</summary>
    public static ImmutableArray<PolicyBody> Parse(string text, ContractVmOptions options, out ImmutableArray<PolicyError> errors)
    {
        PolicyError? error = ProblemOf(text, options);
        if (error is not null || Lexer.Scan(text, out error) is not { } tokens)
        {
            errors = [error!];
            return [];
        }

        return ReadAll(new TokenReader(text, tokens), options, out errors);
    }

    /// <summary>Says why a text is not even looked at, or <see langword="null"/>.</summary>
    public static PolicyError? ProblemOf(string text, ContractVmOptions options)
    {
        // A character takes at least one byte, so the first test keeps the count cheap.
        if (text.Length > options.MaxTextBytes || System.Text.Encoding.UTF8.GetByteCount(text) > options.MaxTextBytes)
        {
            return new PolicyError(1, 1, $"The text is longer than {options.MaxTextBytes} bytes; split it into several texts.");
        }

        return Quoting.IsWellFormed(text) ? null : new PolicyError(1, 1, "The text has half a surrogate pair; save it as UTF-8.");
    }

    /// <summary>Reads one expression that takes the whole text.</summary>
    public static Expression? ParseExpression(string text, int maxNesting, out PolicyError? error)
    {
        if (Lexer.Scan(text, out error) is not { } tokens)
        {
            return null;
        }

        var reader = new TokenReader(text, tokens);
        Expression? expression = new ExpressionParser(reader, maxNesting).ReadExpression();
        if (expression is not null && !reader.AtEnd)
        {
            reader.FailAtCurrent("Write an operator or end the expression here");
        }

        error = reader.Error;
        return error is null ? expression : null;
    }

    private static ImmutableArray<PolicyBody> ReadAll(TokenReader reader, ContractVmOptions options, out ImmutableArray<PolicyError> errors)
    {
        ImmutableArray<PolicyBody>.Builder policies = ImmutableArray.CreateBuilder<PolicyBody>();
        ImmutableArray<PolicyError>.Builder found = ImmutableArray.CreateBuilder<PolicyError>();
        while (!reader.AtEnd && found.Count < MaxErrors)
        {
            if (policies.Count == options.MaxPolicies)
            {
                found.Add(reader.Position.Error($"The set has more than {options.MaxPolicies} policies; split it into several sets."));
                break;
            }

            // A new parser for each policy, so that an error in one leaves no nesting behind for the next.
            if (new PolicyParser(reader, options.MaxNesting).ReadPolicy() is { } policy)
            {
                policies.Add(policy);
            }
            else
            {
                found.Add(reader.Error!);
                reader.Recover();
            }
        }

        errors = found.DrainToImmutable();
        return errors.IsEmpty ? policies.DrainToImmutable() : [];
    }

    private PolicyBody? ReadPolicy()
    {
        Token first = _reader.Current;
        if (!TryReadAnnotations(_reader, out ImmutableSortedDictionary<string, string>? annotations))
        {
            return null;
        }

        PolicyEffect effect = PolicyEffect.Permit;
        if (!_reader.TryTakeWord("permit"))
        {
            if (!_reader.TryTakeWord("forbid"))
            {
                _reader.FailAtCurrent("A policy starts with annotations, then 'permit' or 'forbid'");
                return null;
            }

            effect = PolicyEffect.Forbid;
        }

        if (!_reader.Expect(TokenKind.OpenParenthesis, "'(' before the scope") || ReadScope("principal") is not { } principal
            || !_reader.Expect(TokenKind.Comma, "',' behind the principal") || ReadScope("action") is not { } action
            || !_reader.Expect(TokenKind.Comma, "',' behind the action") || ReadScope("resource") is not { } resource)
        {
            return null;
        }

        _reader.TryTake(TokenKind.Comma);
        if (!_reader.Expect(TokenKind.CloseParenthesis, "')' behind the scope"))
        {
            return null;
        }

        ImmutableArray<Condition> conditions = ReadConditions();
        return conditions.IsDefault
            ? null
            : new PolicyBody(effect, annotations, principal, action, resource, conditions, first.Position, _reader.TextSince(first));
    }

    /// <summary>Reads annotations; any word is a name, also a reserved one, and each may occur once.</summary>
    internal static bool TryReadAnnotations(
        TokenReader reader, [NotNullWhen(true)] out ImmutableSortedDictionary<string, string>? annotations)
    {
        annotations = null;
        ImmutableSortedDictionary<string, string>.Builder found =
            ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        while (reader.TryTake(TokenKind.At))
        {
            TextPosition position = reader.Position;
            if (!reader.Is(TokenKind.Identifier))
            {
                reader.FailAtCurrent("Write the annotation's name behind '@'");
                return false;
            }

            string name = reader.TextOf(reader.Take()).ToString();
            string? value = "";
            if (reader.TryTake(TokenKind.OpenParenthesis)
                && !(reader.TryReadText("the annotation's text in quotes", out value)
                    && reader.Expect(TokenKind.CloseParenthesis, "')' behind the annotation's text")))
            {
                return false;
            }

            if (!found.TryAdd(name, value))
            {
                reader.Fail(position, $"The annotation @{Quoting.Shorten(name)} occurs twice; remove one.");
                return false;
            }
        }

        annotations = found.ToImmutable();
        return true;
    }

    private ScopeConstraint? ReadScope(string variable)
    {
        if (!_reader.TryTakeWord(variable))
        {
            _reader.FailAtCurrent($"The scope names principal, action and resource in this order; write '{variable}'");
            return null;
        }

        bool isAction = variable == "action";
        string? type = null;
        if (_reader.IsWord("is"))
        {
            if (isAction)
            {
                _reader.FailAtCurrent("Actions have no 'is' in the scope; write '==' or 'in'");
                return null;
            }

            _reader.Take();
            if (!_reader.TryReadPath("an entity type", out type))
            {
                return null;
            }
        }

        if (_reader.TryTakeWord("in"))
        {
            return isAction && _reader.TryTake(TokenKind.OpenBracket)
                ? ReadActionList()
                : ReadScopeEntity(variable, ScopeRelation.In, type);
        }

        if (_reader.Is(TokenKind.Equal) && type is null)
        {
            _reader.Take();
            return ReadScopeEntity(variable, ScopeRelation.Equal, null);
        }

        if (!_reader.Is(TokenKind.Comma) && !_reader.Is(TokenKind.CloseParenthesis))
        {
            _reader.FailAtCurrent($"The scope allows '==', 'in' and 'is' on {variable}; put other conditions into 'when'");
            return null;
        }

        return ScopeConstraint.Unconstrained with { Type = type };
    }

    private ScopeConstraint? ReadScopeEntity(string variable, ScopeRelation relation, string? type)
    {
        if (_reader.Is(TokenKind.Slot))
        {
            if (variable == "action" || !_reader.TextOf(_reader.Current)[1..].SequenceEqual(variable))
            {
                _reader.FailAtCurrent("The slots are ?principal behind principal and ?resource behind resource; write that or an entity");
                return null;
            }

            _reader.Take();
            return new ScopeConstraint(relation, [], type, HasSlot: true, IsList: false);
        }

        return ReadEntity(variable == "action") is { } uid
            ? new ScopeConstraint(relation, [uid], type, HasSlot: false, IsList: false)
            : null;
    }

    private ScopeConstraint? ReadActionList()
    {
        ImmutableArray<EntityUid>.Builder actions = ImmutableArray.CreateBuilder<EntityUid>();
        while (!_reader.TryTake(TokenKind.CloseBracket))
        {
            if (ReadEntity(isAction: true) is not { } action)
            {
                return null;
            }

            actions.Add(action);
            if (!_reader.TryTake(TokenKind.Comma))
            {
                if (!_reader.Expect(TokenKind.CloseBracket, "']' behind the actions"))
                {
                    return null;
                }

                break;
            }
        }

        return new ScopeConstraint(ScopeRelation.In, actions.DrainToImmutable(), null, HasSlot: false, IsList: true);
    }

    private EntityUid? ReadEntity(bool isAction)
    {
        TextPosition position = _reader.Position;
        if (!_reader.TryReadPath("an entity as Type::\"id\"", out string? type)
            || !_reader.Expect(TokenKind.PathSeparator, "'::' and the entity's identifier in quotes")
            || !_reader.TryReadText("the entity's identifier in quotes", out string? id))
        {
            return null;
        }

        if (isAction && type != "Action" && !type.EndsWith("::Action", StringComparison.Ordinal))
        {
            _reader.Fail(
                position, $"An action's type is Action, not {Quoting.Shorten(type)}; write Action::\"...\" or Namespace::Action::\"...\".");
            return null;
        }

        return new EntityUid(type, id);
    }

    private ImmutableArray<Condition> ReadConditions()
    {
        ImmutableArray<Condition>.Builder conditions = ImmutableArray.CreateBuilder<Condition>();
        while (!_reader.TryTake(TokenKind.Semicolon))
        {
            bool isUnless = _reader.IsWord("unless");
            if (!isUnless && !_reader.IsWord("when"))
            {
                _reader.FailAtCurrent("Write 'when {...}', 'unless {...}', or ';' to end the policy");
                return default;
            }

            _reader.Take();
            if (!_reader.Expect(TokenKind.OpenBrace, "'{' before the condition") || _expressions.ReadExpression() is not { } body
                || !_reader.Expect(TokenKind.CloseBrace, "an operator, or '}' behind the condition"))
            {
                return default;
            }

            conditions.Add(new Condition(isUnless, body));
        }

        return conditions.DrainToImmutable();
    }
}
