using System.Collections.Immutable;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Contracts;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Contracts;

/// <summary>A chain with a registered caller, on which contracts are deployed and called.</summary>
internal sealed class ContractChain : IDisposable
{
    public ContractChain(ChainKind kind = ChainKind.Account)
    {
        Chain = new LedgerChain(kind, "clinic");
        Anna = Register("anna", AccountKind.Patient);
    }

    public LedgerChain Chain { get; }

    public Person Anna { get; }

    public static ContractCode Compile(string text)
    {
        ContractCompilation compilation = ContractVm.CompileContract(text, MedicalSchema.Default);
        Assert.That(compilation.Error, Is.Null);
        return compilation.Contract!;
    }

    public Person Register(string name, AccountKind kind, params string[] roles)
    {
        Person person = Chain.Own(new Person(name));
        Chain.Register(person, kind, roles);
        return person;
    }

    public EntityUid EntityOf(Person person, string type = "Patient") => new(type, person.On(Chain).ToString());

    public CedarValue ValueOf(Person person) => new EntityValue(EntityOf(person));

    /// <summary>The name under which the administrator deploys a contract.</summary>
    public Digest NameOf(ContractCode code, string label) =>
        ContractEntry.Name(Chain.Genesis.Chain, Chain.Genesis.Administrator, label, code.Id);

    public Digest Deploy(string text, string label = "label")
    {
        ContractCode code = Compile(text);
        Receipt receipt = Chain.Send(Chain.Administrator, new DeployContract(label, code.Bytecode));
        Assert.That(receipt.Reason, Is.Empty);
        return NameOf(code, label);
    }

    public Receipt Call(Person caller, Digest contract, string function, params ImmutableArray<CedarValue> arguments) =>
        Chain.Send(caller, new CallContract(contract, function, arguments, ContractRules.MaxGas));

    /// <summary>A call that must succeed.</summary>
    public ContractReport Apply(Digest contract, string function, params ImmutableArray<CedarValue> arguments)
    {
        Receipt receipt = Call(Anna, contract, function, arguments);
        Assert.That(receipt.Reason, Is.Empty);
        return receipt.Call!;
    }

    /// <summary>The state without the nonces, as text.</summary>
    public string[] State() =>
    [
        .. Chain.Executor.Current.Tree.Scan(default).Where(e => e.Key.Span[0] != (byte)'n')
            .Select(e => $"{Convert.ToHexString(e.Key.Span)}={Convert.ToHexString(e.Value.Span)}"),
    ];

    public CedarValue? Variable(Digest contract, string name, CedarValue? key = null) =>
        Chain.State.Get<VariableEntry>(ContractVariableKey.Of(contract, name, key))?.Value;

    public void Dispose() => Chain.Dispose();
}
