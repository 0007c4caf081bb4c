using MedChain.Core.Storage;
using MedChain.Core.Storage.Memory;
using MedChain.Core.Tests.Contract;
using NUnit.Framework;

namespace MedChain.Core.Tests.Storage;

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
