using System.Security.Cryptography;

namespace MedChain.Core.Cryptography;

/// <summary>The operating system's random bytes. The only source of randomness in the library.</summary>
internal static class SecureRandom
{
    public static void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);

    public static byte[] Bytes(int count) => RandomNumberGenerator.GetBytes(count);
}
