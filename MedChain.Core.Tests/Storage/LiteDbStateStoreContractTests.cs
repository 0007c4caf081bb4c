using MedChain.Core.Storage;
using MedChain.Core.Storage.Files;
using MedChain.Core.Storage.LiteDb;
using MedChain.Core.Tests.Contract;
using NUnit.Framework;

namespace MedChain.Core.Tests.Storage;

[TestFixture]
public sealed class LiteDbStateStoreContractTests : StateStoreContract
{
    private static readonly LiteDbLimits Small = new(MaxPending: 500, MaxLog: 100_000, MaxWriteSets: 1_000);
    private TemporaryFolder? _folder;
    private int _fresh;

    [OneTimeTearDown]
    public void DeleteFolder() => _folder?.Dispose();

    protected override IStateStore Open() => OpenFile(TestContext.CurrentContext.Test.ID);

    protected override IStateStore OpenFresh() => OpenFile($"fresh{_fresh++}");

    private LiteDbStateStore OpenFile(string name) => new((_folder ??= new TemporaryFolder()).File(name + ".db"), Disk.Physical, Small);
}
