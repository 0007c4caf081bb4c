using MedChain.Core.Storage;
using MedChain.Core.Storage.Memory;
using MedChain.Core.Tests.Contract;
using NUnit.Framework;

namespace MedChain.Core.Tests.Storage;

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
