using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using MedChain.Core.Cryptography;

namespace MedChain.Core.Tests.Cryptography;

/// <summary>A content as the list of all its chunks.</summary>
internal static class WholeContent
{
    public static IReadOnlyList<byte[]> Encrypt(this ContentCipher cipher, ReadOnlySpan<byte> plaintext)
    {
        var chunks = new byte[ContentCipher.CountOf(plaintext.Length)][];
        for (int i = 0; i < chunks.Length; i++)
        {
            ReadOnlySpan<byte> part = plaintext[(i * ContentCipher.ChunkSize)..];
            part = part[..Math.Min(part.Length, ContentCipher.ChunkSize)];
            chunks[i] = new byte[cipher.SealedSize(part.Length)];
            cipher.EncryptNext(part, i == chunks.Length - 1, chunks[i]);
        }

        return chunks;
    }

    public static bool TryDecrypt(
        this ContentCipher cipher,
        IReadOnlyList<byte[]> chunks,
        [NotNullWhen(true)] out byte[]? plaintext,
        [NotNullWhen(false)] out string? reason)
    {
        plaintext = null;
        reason = "There is no chunk.";
        var content = new List<byte>();
        for (int i = 0; i < chunks.Count; i++)
        {
            bool isLast = i == chunks.Count - 1;
            byte[] part = cipher.TryGetPlaintextLength(i, isLast, chunks[i].Length, out int length) ? new byte[length] : [];
            if (!cipher.TryDecryptChunk(i, isLast, chunks[i], part))
            {
                reason = $"Chunk {i} of {chunks.Count} does not decrypt.";
                return false;
            }

            content.AddRange(part);
            CryptographicOperations.ZeroMemory(part);
            reason = null;
        }

        plaintext = reason is null ? [.. content] : null;
        return plaintext is not null;
    }
}
