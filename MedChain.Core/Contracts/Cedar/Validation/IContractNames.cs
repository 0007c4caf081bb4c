using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Programs;

namespace MedChain.Core.Contracts.Cedar.Validation;

/// <summary>What names in expressions of a contract stand for.</summary>
internal interface IContractNames
{
    /// <summary>Gets all names of values, for suggestions.</summary>
    IEnumerable<string> Names { get; }

    /// <summary>The type of a parameter, a local variable or a state variable with a single value; <see langword="null"/> for other
    /// names.</summary>
    SchemaType? TypeOf(string name);

    /// <summary>The state variable of a name, or <see langword="null"/>.</summary>
    ContractField? FieldOf(string name);

    /// <summary>The function that is called, or <see langword="null"/>.</summary>
    ContractFunction? FunctionOf(Expression.Invoke call);
}
