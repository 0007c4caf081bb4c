using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Cedar.Validation;
using MedChain.Core.Primitives;

namespace MedChain.Core.Contracts.Bytecode.Compilation;

/// <summary>Compiles policies that fit a schema: one module for each policy, one function for each kind of request that its types tell
/// apart. Templates are left out; a link gives text, which is compiled like any other.</summary>
internal static class PolicyCompiler
{
    /// <summary>Compiles a set; <see langword="null"/> and the reason when a policy does not fit into a module, or not into the
    /// schema.</summary>
    public static CompiledPolicies? Compile(PolicySet policies, CedarSchema schema, out ImmutableArray<PolicyError> errors)
    {
        var validator = new PolicyValidator(schema);
        errors = validator.Check(policies);
        if (!errors.IsEmpty)
        {
            return null;
        }

        var compiled = new List<CompiledPolicy>();
        for (int i = 0; i < policies.Policies.Length; i++)
        {
            Policy policy = policies.Policies[i];
            if (policy.IsTemplate)
            {
                continue;
            }

            if (!new OnePolicy(policies.Hash, i, policy.Body, schema, validator).TryCompile(out Module? module, out string? reason))
            {
                errors = [policy.Body.Position.Error(reason!)];
                return null;
            }

            compiled.Add(new CompiledPolicy(policy, module!));
        }

        return new CompiledPolicies([.. compiled], validator.Environments);
    }

    /// <summary>The compilation of one policy.</summary>
    private sealed class OnePolicy(Digest source, int part, PolicyBody policy, CedarSchema schema, PolicyValidator validator)
    {
        private readonly ModuleBuilder _module = new(ModuleKind.Policy, source, part);

        public bool TryCompile(out Module? module, out string? reason)
        {
            module = null;
            reason = "The policy is too large for a module; split it.";
            bool anything = false;
            foreach (RequestEnvironment environment in validator.Environments)
            {
                if (!CanApply(environment))
                {
                    continue;
                }

                int function = PolicyEntry.NotApplicable;
                if (validator.TypesOf(policy, environment) is { } types)
                {
                    FunctionBuilder code = Compile(environment, types);
                    if (code.Failed)
                    {
                        return false;
                    }

                    function = _module.Function(code);
                    anything = true;
                }

                _module.Entry(environment.Principal, environment.Action.Uid, environment.Resource, function);
            }

            if (!anything)
            {
                _module.Function(Nothing());
            }

            bool built = _module.TryBuild(out module, out ModuleError? error);
            reason = built ? null : $"{reason} ({error})";
            return built;
        }

        /// <summary>Says whether the scope leaves it open, for this kind of request, whether the policy applies.</summary>
        private bool CanApply(RequestEnvironment environment) =>
            CanHold(policy.Principal, environment.Principal) && CanHold(policy.Resource, environment.Resource)
            && CanHold(policy.Action, environment.Action.Uid.Type)
            && (policy.Action.Relation != ScopeRelation.Equal || policy.Action.Entities[0].Equals(environment.Action.Uid));

        private static bool CanHold(ScopeConstraint scope, string type) =>
            (scope.Type is null || scope.Type == type) && scope.Relation switch
            {
                ScopeRelation.Equal => scope.Entities[0].Type == type,
                ScopeRelation.In => !scope.Entities.IsEmpty,
                _ => true,
            };

        private FunctionBuilder Compile(
            RequestEnvironment environment, IReadOnlyDictionary<Expression, SchemaType> types)
        {
            FunctionBuilder code = NewFunction();
            var expressions = new ExpressionCompiler(_module, code, schema, environment, types);
            Label no = FunctionBuilder.NewLabel();
            CompileScope(code, RequestVariable.Principal, policy.Principal, no);
            if (!policy.Action.Entities.Contains(environment.Action.Uid))
            {
                CompileScope(code, RequestVariable.Action, policy.Action, no);
            }

            CompileScope(code, RequestVariable.Resource, policy.Resource, no);
            foreach (Condition condition in policy.Conditions)
            {
                expressions.Jump(condition.Body, no, when: condition.IsUnless);
            }

            code.Emit(Opcode.ReturnBool, immediate: 1);
            code.Place(no);
            code.Emit(Opcode.ReturnBool);
            return code;
        }

        /// <summary>The types in a scope were compared already; what is left are entities.</summary>
        private void CompileScope(FunctionBuilder code, RequestVariable variable, ScopeConstraint scope, Label no)
        {
            switch (scope.Relation)
            {
                case ScopeRelation.Equal:
                    code.JumpConstant(Opcode.JumpOtherConstant, (int)variable, Constant(scope.Entities[0]), no);
                    break;
                case ScopeRelation.In:
                    Label yes = FunctionBuilder.NewLabel();
                    foreach (EntityUid container in scope.Entities.SkipLast(1))
                    {
                        code.JumpConstant(Opcode.JumpIn, (int)variable, Constant(container), yes);
                    }

                    code.JumpConstant(Opcode.JumpNotIn, (int)variable, Constant(scope.Entities[^1]), no);
                    code.Place(yes);
                    break;
                default:
                    break;
            }
        }

        private int Constant(EntityUid uid) => _module.Constant(new EntityValue(uid));

        private FunctionBuilder NewFunction() => new(_module, ModuleVerifier.PolicyParameters, RegisterType.Bool, isView: true);

        private FunctionBuilder Nothing()
        {
            FunctionBuilder code = NewFunction();
            code.Emit(Opcode.ReturnBool);
            return code;
        }
    }
}
