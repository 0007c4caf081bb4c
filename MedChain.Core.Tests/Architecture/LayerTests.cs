using MedChain.Core.Primitives;
using NetArchTest.Rules;
using NUnit.Framework;

namespace MedChain.Core.Tests.Architecture;

/// <summary>Folders are layers: each uses only those below it. The order is explained in docs/architecture.md.</summary>
[TestFixture]
public sealed class LayerTests
{
    private const string Root = "MedChain.Core.";

    private static readonly string[] Layers =
    [
        "Primitives", "Encoding", "Cryptography", "Merkle", "Blocks", "Storage", "Keys", "Transport", "Consensus", "Contracts",
        "Computations", "Ledger", "Custody", "Nodes", "Computing", "Fhir", "Clients",
    ];

    // Neighbours in the list that must not know each other either.
    private static readonly (string Upper, string Lower)[] Strangers =
    [
        ("Transport", "Storage"), ("Contracts", "Consensus"), ("Computations", "Contracts"), ("Computations", "Consensus"),
        ("Ledger", "Consensus"), ("Ledger", "Transport"), ("Ledger", "Keys"), ("Custody", "Consensus"), ("Consensus", "Keys"),
        ("Contracts", "Storage"), ("Merkle", "Cryptography"),
        ("Fhir", "Consensus"), ("Fhir", "Ledger"), ("Fhir", "Nodes"), ("Fhir", "Storage"),
    ];

    // What hosts touch: the types of the root namespace are above all folders.
    private static readonly string[] Top = [Root + nameof(AccountChain), Root + nameof(TransactionChain), Root + nameof(MedChainNetwork)];

    [Test]
    public void Every_folder_has_its_place_in_the_list()
    {
        string[] found =
        [
            .. typeof(Digest).Assembly.GetTypes()
                .Select(t => t.Namespace ?? "")
                .Where(n => n.StartsWith(Root, StringComparison.Ordinal))
                .Select(n => n[Root.Length..].Split('.')[0])
                .Distinct(),
        ];
        Assert.That(found, Is.EquivalentTo(Layers));
    }

    [TestCaseSource(nameof(Layers))]
    public void Folder_uses_only_the_folders_below_it(string layer)
    {
        string[] above = [.. Layers.SkipWhile(l => l != layer).Skip(1).Select(l => Root + l)];
        AssertUnused(layer, layer == "Clients" ? [] : [.. above, .. Top]);
    }

    [TestCaseSource(nameof(Strangers))]
    public void Some_folders_do_not_know_each_other((string Upper, string Lower) pair) => AssertUnused(pair.Upper, [Root + pair.Lower]);

    private static void AssertUnused(string layer, string[] forbidden)
    {
        if (forbidden.Length == 0)
        {
            return;
        }

        TestResult result = Types.InAssembly(typeof(Digest).Assembly)
            .That().ResideInNamespaceStartingWith(Root + layer)
            .ShouldNot().HaveDependencyOnAny(forbidden).GetResult();
        Assert.That(result.FailingTypeNames ?? [], Is.Empty);
    }
}
