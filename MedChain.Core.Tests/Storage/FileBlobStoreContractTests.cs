using MedChain.Core.Storage;
using MedChain.Core.Storage.Files;
using MedChain.Core.Tests.Contract;
using NUnit.Framework;

namespace MedChain.Core.Tests.Storage;

[TestFixture]
public sealed class FileBlobStoreContractTests : BlobStoreContract
{
    private TemporaryFolder? _folder;

    [TearDown]
    public void DeleteFolder()
    {
        _folder?.Dispose();
        _folder = null;
    }

    protected override IBlobStore Open() => new FileBlobStore((_folder ??= new TemporaryFolder()).File("blobs"));
}
