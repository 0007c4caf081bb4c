using MedChain.Core.Storage;
using MedChain.Core.Storage.Memory;
using MedChain.Core.Tests.Contract;
using NUnit.Framework;

namespace MedChain.Core.Tests.Storage;

[TestFixture]
public sealed class MemoryConsensusLogTests : ConsensusLogContract
{
    private readonly Dictionary<string, MemoryConsensusLog> _logs = [];

    protected override IConsensusLog Open()
    {
        string test = TestContext.CurrentContext.Test.ID;
        return _logs.TryGetValue(test, out MemoryConsensusLog? log) ? log : _logs[test] = new MemoryConsensusLog();
    }

    protected override Func<IConsensusLog> Fresh()
    {
        var log = new MemoryConsensusLog();
        return () => log;
    }
}
