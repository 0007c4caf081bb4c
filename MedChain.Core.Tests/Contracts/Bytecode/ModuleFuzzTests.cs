using MedChain.Benchmarks.Modules;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Bytecode;

/// <summary>A few of the mutated modules of "MedChain.Benchmarks fuzz-modules".</summary>
[TestFixture]
public sealed class ModuleFuzzTests
{
    [Test]
    public void Mutated_module_is_refused_or_stays_within_its_limits([Values(11, 12)] int seed)
    {
        var fuzzer = new ModuleFuzzer(seed);
        for (int i = 0; i < 20_000; i++)
        {
            fuzzer.Step();
        }

        Assert.That(fuzzer.Accepted, Is.Positive);
        Assert.That(fuzzer.Executions, Is.Positive);
    }
}
