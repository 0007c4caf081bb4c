using MedChain.Core.Storage;
using MedChain.Core.Storage.Memory;
using MedChain.Core.Tests.Contract;
using NUnit.Framework;

namespace MedChain.Core.Tests.Storage;

[TestFixture]
public sealed class MemoryBlobStoreTests : BlobStoreContract
{
    private readonly Dictionary<string, MemoryBlobStore> _stores = [];

    protected override IBlobStore Open()
    {
        string test = TestContext.CurrentContext.Test.ID;
        return _stores.TryGetValue(test, out MemoryBlobStore? store) ? store : _stores[test] = new MemoryBlobStore();
    }
}

[TestFixture]
public sealed class MemoryBlockStoreTests : BlockStoreContract
{
    private readonly Dictionary<string, MemoryBlockStore> _stores = [];

    protected override IBlockStore Open()
    {
        string test = TestContext.CurrentContext.Test.ID;
        return _stores.TryGetValue(test, out MemoryBlockStore? store) ? store : _stores[test] = new MemoryBlockStore();
    }
}

[TestFixture]
public sealed class MemoryStateStoreTests : StateStoreContract
{
    private readonly Dictionary<string, MemoryStateStore> _stores = [];

    protected override IStateStore Open()
    {
        string test = TestContext.CurrentContext.Test.ID;
        return _stores.TryGetValue(test, out MemoryStateStore? store) ? store : _stores[test] = new MemoryStateStore();
    }

    protected override IStateStore OpenFresh() => new MemoryStateStore();
}

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
