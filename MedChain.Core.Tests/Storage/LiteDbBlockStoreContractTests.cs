using MedChain.Core.Storage;
using MedChain.Core.Storage.LiteDb;
using MedChain.Core.Tests.Contract;
using NUnit.Framework;

namespace MedChain.Core.Tests.Storage;

[TestFixture]
public sealed class LiteDbBlockStoreContractTests : BlockStoreContract
{
    private TemporaryFolder? _folder;

    [OneTimeTearDown]
    public void DeleteFolder() => _folder?.Dispose();

    protected override IBlockStore Open() =>
        new LiteDbBlockStore((_folder ??= new TemporaryFolder()).File(TestContext.CurrentContext.Test.ID + ".db"));
}
