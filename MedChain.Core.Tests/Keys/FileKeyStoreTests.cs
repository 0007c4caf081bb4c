using System.Runtime.Versioning;
using MedChain.Core.Keys;
using MedChain.Core.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Keys;

/// <summary>Keys in files.</summary>
[TestFixture]
public sealed class FileKeyStoreTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Start() => _folder = new TemporaryFolder();

    [TearDown]
    public void Stop() => _folder.Dispose();

    [Test]
    public void Keys_are_the_same_in_another_store_over_the_folder()
    {
        using HolderKeys created = new FileKeyStore(_folder.Path).GetOrCreate("hospital", "patient/a");
        using HolderKeys again = new FileKeyStore(_folder.Path).GetOrCreate("hospital", "patient/a");
        Assert.That(again.Signing.PublicKey, Is.EqualTo(created.Signing.PublicKey));
        Assert.That(again.Agreement.PublicKey, Is.EqualTo(created.Agreement.PublicKey));
    }

    [Test]
    public void Holders_and_chains_have_keys_of_their_own()
    {
        var store = new FileKeyStore(_folder.Path);
        using HolderKeys a = store.GetOrCreate("hospital", "b");
        using HolderKeys b = store.GetOrCreate("hospital", "a");
        using HolderKeys c = store.GetOrCreate("clinic", "a");
        Assert.That(new[] { a, b, c }.Select(k => k.Signing.PublicKey), Is.Unique);
        Assert.That(store.Holders("hospital"), Is.EqualTo(["a", "b"]));
        Assert.That(store.Holders("nowhere"), Is.Empty);
        Assert.That(store.TryGet("nowhere", "a"), Is.Null);
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    [Platform(Exclude = "Win", Reason = "Unix file modes")]
    public void Only_the_owner_reads_a_key_file()
    {
        new FileKeyStore(_folder.Path).GetOrCreate("hospital", "a").Dispose();
        Assert.That(File.GetUnixFileMode(KeyFile()), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public void Any_changed_byte_is_damage_that_names_the_file()
    {
        var store = new FileKeyStore(_folder.Path);
        store.GetOrCreate("hospital", "a").Dispose();
        byte[] bytes = File.ReadAllBytes(KeyFile());
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x04;
            File.WriteAllBytes(KeyFile(), bytes);
            StorageException? failure = Assert.Throws<StorageException>(() => store.GetOrCreate("hospital", "a"), $"byte {i}");
            Assert.That(failure!.Fault, Is.EqualTo(StorageFault.Corrupt));
            Assert.That(failure.Message, Does.Contain(KeyFile()).And.Contain("backup"));
            bytes[i] ^= 0x04;
        }
    }

    [TestCase(0)]
    [TestCase(40)]
    public void Cut_key_file_is_damage(int length)
    {
        var store = new FileKeyStore(_folder.Path);
        store.GetOrCreate("hospital", "a").Dispose();
        File.WriteAllBytes(KeyFile(), File.ReadAllBytes(KeyFile())[..length]);
        Assert.That(() => store.TryGet("hospital", "a"), Throws.TypeOf<StorageException>());
        Assert.That(() => store.Holders("hospital"), Throws.TypeOf<StorageException>());
    }

    [Test]
    public void Key_file_of_another_holder_is_not_taken()
    {
        var store = new FileKeyStore(_folder.Path);
        store.GetOrCreate("hospital", "a").Dispose();
        string first = KeyFile();
        store.GetOrCreate("hospital", "b").Dispose();
        File.Copy(Directory.GetFiles(_folder.Path, "*.key", SearchOption.AllDirectories).Single(f => f != first), first, overwrite: true);
        Assert.That(() => store.TryGet("hospital", "a"), Throws.TypeOf<StorageException>().With.Message.Contains("not of 'a'"));
    }

    [Test]
    public void Name_too_long_to_be_read_back_is_the_caller_s_mistake()
    {
        var store = new FileKeyStore(_folder.Path);
        using var memory = new MemoryKeyStore();
        Assert.That(() => store.GetOrCreate("hospital", new string('x', 129)), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => memory.GetOrCreate("hospital", new string('x', 129)), Throws.TypeOf<ArgumentOutOfRangeException>());
        using HolderKeys longest = store.GetOrCreate("hospital", new string('\u20AC', 128));
        Assert.That(store.Holders("hospital"), Is.EqualTo([new string('\u20AC', 128)]));
    }

    private string KeyFile() => Directory.GetFiles(_folder.Path, "*.key", SearchOption.AllDirectories).Single();
}
