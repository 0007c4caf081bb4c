using System.Diagnostics.CodeAnalysis;

namespace MedChain.Core.Contracts;

/// <summary>The outcome of compiling the text of a contract: its code, or the first error.</summary>
public sealed class ContractCompilation
{
    internal ContractCompilation(ContractCode? contract, PolicyError? error)
    {
        Contract = contract;
        Error = error;
    }

    /// <summary>Gets whether there is code.</summary>
    [MemberNotNullWhen(true, nameof(Contract))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Contract is not null;

    /// <summary>Gets the code, or <see langword="null"/>.</summary>
    public ContractCode? Contract { get; }

    /// <summary>Gets the first error, or <see langword="null"/>.</summary>
    public PolicyError? Error { get; }
}
