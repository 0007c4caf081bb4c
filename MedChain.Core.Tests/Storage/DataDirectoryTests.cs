using CsCheck;
using MedChain.Core.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Storage;

[TestFixture]
public sealed class DataDirectoryTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void Folder_is_created_and_opens_again()
    {
        string path = _folder.File("a/b/c");
        DataDirectory.Open(path, "research").Dispose();
        using DataDirectory again = DataDirectory.Open(path, "research");
        Assert.That(again.Path, Is.EqualTo(path));
    }

    [Test]
    public void Second_open_is_in_use_and_names_the_folder()
    {
        using DataDirectory open = DataDirectory.Open(_folder.Path, "research");
        Assert.That(
            () => DataDirectory.Open(_folder.Path, "research"),
            Throws.InstanceOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.InUse).And.Message.Contains(_folder.Path));
    }

    [Test]
    public void Folder_locked_by_another_process_is_in_use()
    {
        if (!File.Exists("/usr/bin/flock"))
        {
            Assert.Ignore("The program flock is not there.");
        }

        DataDirectory.Open(_folder.Path, "research").Dispose();
        string[] arguments = [_folder.File("medchain.lock"), "-c", "echo locked; read line"];
        var start = new System.Diagnostics.ProcessStartInfo("/usr/bin/flock", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        using var process = System.Diagnostics.Process.Start(start)!;
        Assert.That(process.StandardOutput.ReadLine(), Is.EqualTo("locked"));
        try
        {
            Assert.That(
                () => DataDirectory.Open(_folder.Path, "research"),
                Throws.InstanceOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.InUse));
        }
        finally
        {
            process.StandardInput.Close();
            process.WaitForExit();
        }

        DataDirectory.Open(_folder.Path, "research").Dispose();
    }

    [Test]
    public void Another_network_is_foreign_and_both_names_are_said()
    {
        DataDirectory.Open(_folder.Path, "research").Dispose();
        byte[] before = File.ReadAllBytes(_folder.File("medchain.json"));
        Assert.That(
            () => DataDirectory.Open(_folder.Path, "trial"),
            Throws.InstanceOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.Foreign)
                .And.Message.Contains("research").And.Message.Contains("trial"));
        Assert.That(File.ReadAllBytes(_folder.File("medchain.json")), Is.EqualTo(before));
        DataDirectory.Open(_folder.Path, "research").Dispose();
    }

    [Test]
    public void Unknown_format_version_is_foreign()
    {
        File.WriteAllText(_folder.File("medchain.json"), """{"formatVersion":2,"network":"research"}""");
        Assert.That(
            () => DataDirectory.Open(_folder.Path, "research"),
            Throws.InstanceOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.Foreign));
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("{\"formatVersion\":\"1\"}")]
    [TestCase("{\"formatVersion\":1,\"network\":5}")]
    public void Damaged_identity_file_is_corrupt(string content)
    {
        File.WriteAllText(_folder.File("medchain.json"), content);
        Assert.That(
            () => DataDirectory.Open(_folder.Path, "research"),
            Throws.InstanceOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.Corrupt));
    }

    [Test]
    public void Data_without_an_identity_file_is_not_marked_anew()
    {
        Directory.CreateDirectory(_folder.File("chains"));
        Assert.That(
            () => DataDirectory.Open(_folder.Path, "research"),
            Throws.InstanceOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.Corrupt));
        Assert.That(File.Exists(_folder.File("medchain.json")), Is.False);
    }

    [Test]
    public void File_in_place_of_the_folder_is_unavailable()
    {
        File.WriteAllText(_folder.File("taken"), "x");
        Assert.That(
            () => DataDirectory.Open(_folder.File("taken/data"), "research"),
            Throws.InstanceOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.Unavailable));
    }

    [Test]
    public void Different_names_never_share_a_folder() =>
        Gen.Select(Gen.String[Gen.Char["aAbB./\\_=-:é \0"], 1, 60], Gen.String[Gen.Char["aAbB./\\_=-:é \0"], 1, 60]).Sample(
            (left, right) => (left == right) == string.Equals(
                DataDirectory.SafeName(left), DataDirectory.SafeName(right), StringComparison.OrdinalIgnoreCase));

    [TestCase("st-mary", ExpectedResult = "st-mary")]
    [TestCase("St Mary", ExpectedResult = "_53t_20_4dary")]
    [TestCase("..", ExpectedResult = "_2e_2e")]
    [TestCase("con", ExpectedResult = "=con")]
    [TestCase("lpt1", ExpectedResult = "=lpt1")]
    public string Names_are_safe(string name) => DataDirectory.SafeName(name);
}
