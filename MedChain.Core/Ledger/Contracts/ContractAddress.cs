using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Programs;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Contracts;

/// <summary>Contracts of a chain as entities: <c>Contract::"..."</c> with the contract's name in hexadecimal.</summary>
internal static class ContractAddress
{
    public static EntityUid Of(Digest contract) => new(ContractScope.ContractType, contract.ToString());

    /// <summary>The contract of an address. Each contract has one address, so that one that is being executed is known however it is
    /// called: upper-case digits name nothing.</summary>
    public static bool TryRead(EntityUid address, out Digest contract) =>
        Digest.TryParse(address.Id, out contract) && address.Type == ContractScope.ContractType && contract.ToString() == address.Id;

    /// <summary>The contract of an address that must be one.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static Digest Read(EntityUid address) => TryRead(address, out Digest contract)
        ? contract
        : throw new ArgumentException($"{address} is no address of a contract on a chain; pass what was deployed.", nameof(address));
}
