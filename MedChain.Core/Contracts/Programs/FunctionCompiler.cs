using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Compilation;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Cedar.Validation;

namespace MedChain.Core.Contracts.Programs;

/// <summary>Checks and compiles one function. Stops at the first error.</summary>
internal sealed partial class FunctionCompiler
{
    private readonly ContractScope _contract;
    private readonly ModuleBuilder _module;
    private readonly MemberSyntax.Function _function;
    private readonly ContractFunction _signature;
    private readonly FunctionBuilder _code;
    private readonly FunctionScope _names;
    private readonly Dictionary<Expression, SchemaType> _types = [];
    private readonly TypeChecker _checker;
    private readonly ExpressionCompiler _expressions;
    private readonly string? _principal;
    private ImmutableHashSet<Capability> _known = [];
    private PolicyError? _error;

    public FunctionCompiler(ContractScope contract, ModuleBuilder module, MemberSyntax.Function function)
    {
        _contract = contract;
        _module = module;
        _function = function;
        _signature = contract.Functions[function.Name];
        _names = new FunctionScope(contract);
        _principal = PrincipalOf(function.Requires);
        RequestEnvironment environment = ContractScope.EnvironmentOf(function.Name, _principal ?? ContractScope.ContractType);
        _checker = new TypeChecker(contract.Schema, contract.Hierarchy, environment) { Types = _types, Names = _names };
        ImmutableArray<RegisterType> parameters =
            [.. _signature.Parameters.Select(parameter => ExpressionCompiler.TypeOf(parameter.Type))];
        RegisterType result = _signature.Result is null ? RegisterType.None : ExpressionCompiler.TypeOf(_signature.Result);
        _code = new FunctionBuilder(module, parameters, result, function.IsView);
        _expressions = new ExpressionCompiler(module, _code, contract.Schema, environment, _types) { Names = _names };
        for (int i = 0; i < parameters.Length; i++)
        {
            _names.TryAdd(new FunctionScope.Local(_signature.Parameters[i].Name, _signature.Parameters[i].Type, i, IsVariable: false));
        }
    }

    private string Refusal => $"{_function.Name} requires {_function.RequiresText}";

    private bool HasError => (_error ??= _checker.Error) is not null;

    /// <summary>Compiles the function into its reserved place.</summary>
    public PolicyError? Compile()
    {
        if (_signature.Parameters.FirstOrDefault(p => _contract.Fields.ContainsKey(p.Name)).Name is { } hidden)
        {
            return _function.Position.Error($"The parameter \"{hidden}\" has the name of a state variable; rename one.");
        }

        CheckArguments();
        LoadRequest();
        if (_function.Requires is { } requires)
        {
            CompileRequires(requires);
        }

        Block(_function.Body);
        if (!HasError && _code.IsReachable)
        {
            if (_signature.Result is null)
            {
                _code.Emit(Opcode.Return);
            }
            else
            {
                string missing = $"gives a {_signature.Result.Name}, but not all ways through it end with 'return'.";
                Fail(_function.Position, $"\"{_function.Name}\" {missing}");
            }
        }

        if (!HasError && _code.Failed)
        {
            Fail(_function.Position, $"\"{_function.Name}\" is too long or needs too many variables; split it.");
        }

        if (!HasError)
        {
            _module.Fill(_signature.Index, _code);
        }

        return _error;
    }

    /// <summary>Refuses arguments from outside that are entities of another type than declared: registers know only that they are
    /// entities.</summary>
    private void CheckArguments()
    {
        for (int i = 0; i < _signature.Parameters.Length && !_function.IsPrivate; i++)
        {
            (string name, SchemaType type) = _signature.Parameters[i];
            if (type is SchemaType.EntityOf entity)
            {
                RequireType(i, entity.Type, $"{_function.Name} needs a {entity.Type} as \"{name}\"", _function.Parameters[i].Position);
            }
            else if (HoldsEntities(type))
            {
                string advice = "can be called from outside and takes no entities inside of sets and records; pass them one by one.";
                Fail(_function.Parameters[i].Position, $"\"{_function.Name}\" {advice}");
            }
        }
    }

    private static bool HoldsEntities(SchemaType type) => type switch
    {
        SchemaType.EntityOf => true,
        SchemaType.SetOf set => HoldsEntities(set.Element),
        SchemaType.RecordOf record => record.Attributes.Values.Any(attribute => HoldsEntities(attribute.Type)),
        _ => false,
    };

    private void RequireType(int register, string type, string message, TextPosition position)
    {
        int mark = _code.Mark;
        Label fits = FunctionBuilder.NewLabel();
        int isType = _code.Allocate();
        _code.EmitTo(isType, RegisterType.Bool, Opcode.IsType, register, immediate: _module.Text(type));
        _code.Jump(Opcode.JumpIf, fits, isType);
        Refuse(message, position);
        _code.Place(fits);
        _code.Release(mark);
    }

    /// <summary>The type of the caller, which <c>requires principal is Type</c> fixes.</summary>
    private static string? PrincipalOf(Expression? requires) => requires switch
    {
        Expression.Is { Target: Expression.Variable { Name: RequestVariable.Principal }, Container: null } test => test.Type,
        Expression.And and => and.Operands.Select(PrincipalOf).FirstOrDefault(type => type is not null),
        _ => null,
    };

    /// <summary>Puts the parts of the call that the function uses into registers, and refuses callers of another type than it is written
    /// for.</summary>
    private void LoadRequest()
    {
        List<Expression> all = [.. ExpressionsOf(_function)];
        foreach (RequestVariable variable in Enum.GetValues<RequestVariable>())
        {
            bool isPrincipal = variable == RequestVariable.Principal;
            if (all.Find(expression => Uses(expression, variable)) is not { } use)
            {
                continue;
            }

            if (isPrincipal && _principal is null)
            {
                Fail(use.Position, "The caller can be anybody here; say who may call: requires principal is Type.");
                return;
            }

            int register = _code.Allocate();
            RegisterType type = variable == RequestVariable.Context ? RegisterType.Record : RegisterType.Entity;
            _code.EmitTo(register, type, Opcode.LoadRequest, immediate: (int)variable);
            _names.Place(variable, register);
            if (isPrincipal)
            {
                RequirePrincipal(register);
            }
        }
    }

    private void RequirePrincipal(int register)
    {
        if (!_contract.Schema.EntityTypes.ContainsKey(_principal!))
        {
            string suggestion = Suggestions.For(_principal!, _contract.Schema.EntityTypes.Keys);
            Fail(_function.Requires!.Position, $"There is no entity type {Quoting.Shorten(_principal!)}.{suggestion}");
            return;
        }

        RequireType(register, _principal!, Refusal, _function.Requires!.Position);
    }

    private void CompileRequires(Expression requires)
    {
        if (!RefuseChanges(requires, "A condition of a call") || !Check(requires, TypeLattice.AnyBool, "what is required"))
        {
            return;
        }

        Label refused = FunctionBuilder.NewLabel();
        Label accepted = FunctionBuilder.NewLabel();
        _expressions.Jump(requires, refused, when: false);
        _code.Jump(Opcode.Jump, accepted);
        _code.Place(refused);
        Refuse(Refusal, requires.Position);
        _code.Place(accepted);
        _known = KnownAfter(requires);
    }

    /// <summary>What is known to be there once a condition has held.</summary>
    private ImmutableHashSet<Capability> KnownAfter(Expression condition) =>
        _checker.Check(condition, _known) is { } typing ? _known.Union(typing.Capabilities) : _known;

    private void Refuse(string message, TextPosition position)
    {
        int mark = _code.Mark;
        int register = _code.Allocate();
        _code.EmitTo(register, RegisterType.Text, Opcode.LoadConstant, immediate: _module.Text(message));
        _code.Emit(Opcode.Fail, register, position: position);
        _code.Release(mark);
    }

    /// <summary>All expressions directly in a function.</summary>
    private static IEnumerable<Expression> ExpressionsOf(MemberSyntax.Function function) =>
        (function.Requires is { } requires ? [requires] : Enumerable.Empty<Expression>())
        .Concat(function.Body.SelectMany(StatementExpressions.Of));

    private static bool Uses(Expression expression, RequestVariable variable) =>
        (expression is Expression.Variable found && found.Name == variable) || expression.Parts.Any(part => Uses(part, variable));

    /// <summary>Checks an expression that must have a type.</summary>
    private bool Check(Expression expression, SchemaType type, string what) =>
        NamesAreKnown(expression) && _checker.CheckIs(expression, type, what, _known) && !HasError;

    private SchemaType? TypeOf(Expression expression) =>
        NamesAreKnown(expression) && _checker.Check(expression, _known) is { } typing && !HasError ? typing.Type : null;

    private bool NamesAreKnown(Expression expression)
    {
        _error ??= new NameChecker(_contract.Schema).FirstUnknown(expression);
        return !HasError;
    }

    /// <summary>Refuses an expression that calls a function which may change something.</summary>
    private bool RefuseChanges(Expression expression, string what)
    {
        if (expression is Expression.Invoke call && _names.FunctionOf(call) is { IsView: false })
        {
            return Fail(call.Position, $"{what} calls \"{call.Name}\", which may change state; call views only.");
        }

        return expression.Parts.All(part => RefuseChanges(part, what));
    }

    private bool Fail(TextPosition position, string message)
    {
        _error ??= position.Error(message);
        return false;
    }
}
