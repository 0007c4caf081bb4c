using System.Buffers.Binary;
using System.IO.Compression;

namespace MedChain.Samples.HospitalNetwork.Input;

/// <summary>Opens files that may be packed with gzip.</summary>
internal static class UnpackedFile
{
    /// <summary>Opens a file; one whose name ends with <c>.gz</c> is unpacked while it is read.</summary>
    /// <remarks>A packed file that is damaged or cut off throws <see cref="InvalidDataException"/>, at the latest at its end.</remarks>
    public static Stream Open(string path)
    {
        FileStream file = File.OpenRead(path);
        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new CompleteGZipStream(file) : file;
    }

    /// <summary>Reads a whole file, but never more than a limit: a small packed file can unpack to any size.</summary>
    /// <returns>The content, or <see langword="null"/> if it is over the limit.</returns>
    public static byte[]? ReadAll(string path, int maxBytes)
    {
        using Stream stream = Open(path);
        using var content = new MemoryStream();
        byte[] buffer = new byte[81_920];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            if (content.Length + read > maxBytes)
            {
                return null;
            }

            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }

    /// <summary>Notices a missing end, which <see cref="GZipStream"/> lets pass once all content is out.</summary>
    private sealed class CompleteGZipStream(FileStream file) : GZipStream(file, CompressionMode.Decompress)
    {
        // RFC 1952, section 2.3: the last four bytes are the length of the content. A file of several parts has that of the last part.
        private readonly uint _statedLength = ReadStatedLength(file);
        private long _length;

        // For a derived class, the base's other forms of Read come here too.
        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = base.Read(buffer, offset, count);
            _length += read;
            return read > 0 || count == 0 || _statedLength <= _length
                ? read
                : throw new InvalidDataException("The packed file ends too early.");
        }

        private static uint ReadStatedLength(FileStream file)
        {
            Span<byte> bytes = stackalloc byte[sizeof(uint)];
            if (file.Length < bytes.Length)
            {
                return uint.MaxValue;
            }

            file.Seek(-bytes.Length, SeekOrigin.End);
            file.ReadExactly(bytes);
            file.Seek(0, SeekOrigin.Begin);
            return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        }
    }
}
