using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Cedar.Validation;

namespace MedChain.Core.Contracts.Programs;

/// <summary>The names that a statement can use, with their types and registers. Inner blocks see the names of outer ones.</summary>
internal sealed class FunctionScope(ContractScope contract) : IContractNames
{
    private readonly List<Local> _locals = [];
    private readonly Dictionary<RequestVariable, int> _request = [];

    /// <summary>Gets how many names there are; pass it to <see cref="Leave"/> at the end of a block.</summary>
    public int Mark => _locals.Count;

    public Local? Find(string name) => _locals.FindLast(local => local.Name == name);

    public bool TryAdd(Local local)
    {
        bool isNew = Find(local.Name) is null && !contract.Fields.ContainsKey(local.Name);
        if (isNew)
        {
            _locals.Add(local);
        }

        return isNew;
    }

    public void Leave(int mark) => _locals.RemoveRange(mark, _locals.Count - mark);

    public void Place(RequestVariable variable, int register) => _request[variable] = register;

    public int RegisterOf(RequestVariable variable) => _request[variable];

    public int? RegisterOf(string local) => Find(local)?.Register;

    public SchemaType? TypeOf(string name) =>
        Find(name)?.Type ?? (contract.Fields.GetValueOrDefault(name) is { Key: null } field ? field.Value : null);

    public ContractField? FieldOf(string name) => contract.Fields.GetValueOrDefault(name);

    public ContractFunction? FunctionOf(Expression.Invoke call) =>
        (call.Contract is null ? contract.Functions : contract.Imports).GetValueOrDefault(call.Name);

    public IEnumerable<string> Names => _locals.Select(local => local.Name).Concat(contract.Fields.Keys);

    /// <summary>A parameter or a variable of a function.</summary>
    internal sealed record Local(string Name, SchemaType Type, int Register, bool IsVariable);
}
