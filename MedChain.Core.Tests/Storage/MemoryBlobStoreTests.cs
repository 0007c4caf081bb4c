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
