using System.Runtime.InteropServices;

namespace MedChain.Core.Tests.Privacy;

/// <summary>Looks for secrets in bytes: as they are, as hexadecimal digits in either case, as Base64 at any place of a longer text, each of
/// these also as UTF-16.</summary>
internal sealed class SecretScanner
{
    /// <summary>Bytes of a secret that one needle has, before it is written in some form.</summary>
    private const int Piece = 18;

    private readonly Dictionary<ulong, List<Needle>> _needles = [];

    /// <summary>Forms of a secret: their names, and how to write one.</summary>
    public static IReadOnlyDictionary<string, Func<byte[], byte[]>> Forms { get; } = new Dictionary<string, Func<byte[], byte[]>>
    {
        ["raw"] = bytes => bytes,
        ["hex"] = bytes => Ascii(Convert.ToHexStringLower(bytes)),
        ["HEX"] = bytes => Ascii(Convert.ToHexString(bytes)),
        ["base64"] = bytes => Ascii(Convert.ToBase64String(bytes)),
        ["base64url"] = bytes => Ascii(Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_')),
        ["utf16 hex"] = bytes => Wide(Convert.ToHexStringLower(bytes)),
        ["utf16 base64"] = bytes => Wide(Convert.ToBase64String(bytes)),
        ["utf16 text"] = bytes => Wide(string.Concat(bytes.Select(b => (char)b))),
    };

    /// <summary>Adds a secret. A long one is looked for by pieces of it, so that also a part is found.</summary>
    public void Add(string name, ReadOnlySpan<byte> secret)
    {
        if (secret.Length < Piece)
        {
            throw new ArgumentException($"{name} has {secret.Length} bytes; a needle has {Piece}.", nameof(secret));
        }

        // Many pieces: a page of a database may cut one in two.
        int step = Math.Max(Piece, (secret.Length - Piece) / 40);
        for (int at = 0; at + Piece <= secret.Length; at += step)
        {
            AddPiece(name, secret.Slice(at, Piece).ToArray());
        }

        AddPiece(name, secret[^Piece..].ToArray());
    }

    /// <summary>The secrets that some bytes hold, each with the form in which.</summary>
    public IEnumerable<string> Find(byte[] bytes)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        for (int i = 0; i + sizeof(ulong) <= bytes.Length; i++)
        {
            if (_needles.TryGetValue(MemoryMarshal.Read<ulong>(bytes.AsSpan(i)), out List<Needle>? needles))
            {
                foreach (Needle needle in needles.Where(n => bytes.AsSpan(i).StartsWith(n.Bytes)))
                {
                    found.Add(needle.Name);
                }
            }
        }

        return found;
    }

    /// <summary>The secrets that the files under a folder hold, with the files.</summary>
    public IReadOnlyList<string> FindIn(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .SelectMany(file => Find(Read(file)).Select(found => $"{Path.GetRelativePath(folder, file)}: {found}")),
    ];

    private static byte[] Read(string file)
    {
        // The network has its files open.
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static byte[] Ascii(string text) => System.Text.Encoding.ASCII.GetBytes(text);

    private static byte[] Wide(string text) => System.Text.Encoding.Unicode.GetBytes(text);

    private void AddPiece(string name, byte[] piece)
    {
        foreach ((string form, Func<byte[], byte[]> write) in Forms)
        {
            // In Base64 of something longer a piece may begin at any of three places; whole groups look the same everywhere.
            for (int skip = 0; skip < (form.Contains("base64", StringComparison.Ordinal) ? 3 : 1); skip++)
            {
                byte[] whole = skip == 0 ? piece : piece[skip..^(3 - skip)];
                byte[] needle = write(whole);
                ref List<Needle>? needles = ref CollectionsMarshal.GetValueRefOrAddDefault(
                    _needles, MemoryMarshal.Read<ulong>(needle), out _);
                (needles ??= []).Add(new Needle($"{name} as {form}", needle));
            }
        }
    }

    private sealed record Needle(string Name, byte[] Bytes);
}
