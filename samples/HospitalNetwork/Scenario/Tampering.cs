using MedChain.Core.Clients;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;
using MedChain.Samples.HospitalNetwork.Output;

namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>Somebody with access to the disk changes one byte of a stored ciphertext: reading fails, and says so. Then the byte is put
/// back.</summary>
internal static class Tampering
{
    public static async Task RunAsync(Scene scene, Member member)
    {
        scene.Report.Heading("A flipped byte");
        string category = member.Records[^1].Category;
        AccessResult intact = await ReadAsync(scene, member, category);
        Treatment.CheckContent(scene, member, category, intact, "the record is what she stored");
        if (intact.Records.IsEmpty)
        {
            return; // The checks above have failed; there is nothing to flip a byte of.
        }

        string path = await LargestChunkAsync(scene, member, intact.Records[0].Record);
        long offset = new FileInfo(path).Length / 2;
        FlipByte(path, offset);
        try
        {
            scene.Report.Note($"Flipped byte {offset} of {Path.GetRelativePath(scene.DataDirectory, path)}.");
            AccessResult damaged = await ReadAsync(scene, member, category);
            string problem = string.Join(' ', damaged.Records.Select(record => record.Problem).OfType<string>());
            scene.Check(Check.That(
                $"{member.Handle}: reading the damaged record fails with a reason",
                damaged.Records.Any(record => record.Content is null) && problem.Contains("damaged", StringComparison.Ordinal),
                "no content, and a message that it is damaged",
                problem.Length == 0 ? "no problem" : problem));
        }
        finally
        {
            FlipByte(path, offset);
        }

        scene.Report.Note("Flipped it back.");
        Treatment.CheckContent(
            scene, member, category, await ReadAsync(scene, member, category), "the restored record is what she stored");
    }

    private static async Task<AccessResult> ReadAsync(Scene scene, Member member, string category)
    {
        AccessResult result = await member.Patient.ReadAsync(category, scene.Cancellation);
        Treatment.Show(scene, member, "the patient", category, "PATRQT", result);
        scene.Check(Check.Equal($"{member.Handle}: decision about her own record", DecisionOutcome.OwnRecord, result.Outcome));
        return result;
    }

    /// <summary>Finds the file of a record's largest chunk: the store names files by the chunk's digest.</summary>
    private static async Task<string> LargestChunkAsync(Scene scene, Member member, Digest record)
    {
        HashSet<string> names =
            [.. (await member.Patient.ChunksAsync(record, scene.Cancellation)).Select(chunk => chunk.ToString())];
        bool IsChunk(FileInfo file) => names.Contains(file.Directory!.Name + file.Name);
        return new DirectoryInfo(Path.Combine(scene.DataDirectory, "chains"))
            .EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(IsChunk)
            .MaxBy(file => file.Length)?.FullName
            ?? throw new SampleException($"No chunk of patient {member.Handle} is in '{scene.DataDirectory}'.");
    }

    private static void FlipByte(string path, long offset)
    {
        using FileStream file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        int value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 1));
    }
}
