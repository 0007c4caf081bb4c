using MedChain.Core.Contracts.Bytecode.Compilation;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Validation;
using MedChain.Core.Primitives;

namespace MedChain.Core.Contracts.Programs;

/// <summary>From the text of a contract to a verified module.</summary>
internal static class ContractCompiler
{
    /// <summary>Compiles a contract; <see langword="null"/> and the first error when the text is none.</summary>
    public static ContractCode? Compile(string text, CedarSchema schema, ContractVmOptions options, out PolicyError? error)
    {
        if (ContractParser.Parse(text, options, out error) is not { } contract)
        {
            return null;
        }

        CedarSchema extended = WithContracts(schema);
        var scope = new ContractScope(extended, new SchemaHierarchy(extended));
        var module = new ModuleBuilder(ModuleKind.Contract, Digest.Of(System.Text.Encoding.UTF8.GetBytes(text)));
        var collector = new ContractCollector(scope, module);
        if (!collector.Collect(contract))
        {
            error = collector.Error;
            return null;
        }

        foreach (MemberSyntax.Function function in contract.Members.OfType<MemberSyntax.Function>().Where(member => !member.IsImport))
        {
            error = new FunctionCompiler(scope, module, function).Compile();
            if (error is not null)
            {
                return null;
            }

            if (!function.IsPrivate)
            {
                module.Export(function.Name, scope.Functions[function.Name].Index);
            }
        }

        if (!module.TryBuild(out Module? built, out ModuleError? problem))
        {
            error = contract.Position.Error($"The contract is too large for a module; split it. ({problem})");
            return null;
        }

        IEnumerable<string> exported = built.Content.Exports.Select(export => built.Constants[export.Name].Text);
        return new ContractCode(contract.Name, text, built, [.. exported.Select(name => Describe(scope.Functions[name]))]);
    }

    private static ContractFunctionSignature Describe(ContractFunction function) => new(
        function.Name,
        [.. function.Parameters.Select(parameter => new ContractParameter(parameter.Name, TypeText.Of(parameter.Type)))],
        function.Result is null ? null : TypeText.Of(function.Result),
        function.IsView);

    private static CedarSchema WithContracts(CedarSchema schema) => schema.EntityTypes.ContainsKey(ContractScope.ContractType)
        ? schema
        : new CedarSchema(
            schema.EntityTypes.Add(
                ContractScope.ContractType,
                new EntityTypeDeclaration(ContractScope.ContractType, [], SchemaType.RecordOf.Empty, null, default)),
            schema.Actions);
}
