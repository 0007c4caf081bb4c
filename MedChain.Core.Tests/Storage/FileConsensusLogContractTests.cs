using MedChain.Core.Storage;
using MedChain.Core.Storage.Files;
using MedChain.Core.Tests.Contract;
using NUnit.Framework;

namespace MedChain.Core.Tests.Storage;

[TestFixture]
public sealed class FileConsensusLogContractTests : ConsensusLogContract
{
    private TemporaryFolder? _folder;
    private int _fresh;

    [OneTimeTearDown]
    public void DeleteFolder() => _folder?.Dispose();

    protected override IConsensusLog Open() =>
        new FileConsensusLog((_folder ??= new TemporaryFolder()).File(TestContext.CurrentContext.Test.ID));

    protected override Func<IConsensusLog> Fresh()
    {
        string folder = (_folder ??= new TemporaryFolder()).File($"fresh{_fresh++}");
        return () => new FileConsensusLog(folder, Disk.Physical, segmentSize: 5_000);
    }
}
