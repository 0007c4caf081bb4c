using System.Text;

namespace MedChain.Samples.Contracts.Deciding;

/// <summary>Reads files of a bounded size.</summary>
internal static class SmallFile
{
    private const int MaxBytes = 16 * 1024 * 1024;

    public static byte[] Read(string file)
    {
        var info = new FileInfo(file);
        if (!info.Exists)
        {
            throw new InputException($"There is no file {file}.");
        }

        return info.Length <= MaxBytes
            ? File.ReadAllBytes(file)
            : throw new InputException($"{file} has {info.Length} bytes; the limit is {MaxBytes}.");
    }

    public static string ReadText(string file)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Read(file));
        }
        catch (DecoderFallbackException)
        {
            throw new InputException($"{file} is no UTF-8; save it as UTF-8.");
        }
    }
}
