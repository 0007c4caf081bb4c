namespace MedChain.Core.Tests.Simulation;

/// <summary>SplitMix64 (Steele, Lea and Flood 2014): a seed gives the same numbers on every machine and every version of .NET.</summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong NextUInt64()
    {
        unchecked
        {
            ulong z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>A number from 0 to <paramref name="end"/> − 1; the bias is far below what a simulation could notice.</summary>
    public int Next(int end) => (int)(NextUInt64() % (ulong)end);

    /// <summary>A number from <paramref name="start"/> to <paramref name="end"/> − 1.</summary>
    public int Next(int start, int end) => start + Next(end - start);

    public long NextInt64(long end) => (long)(NextUInt64() % (ulong)end);

    public bool Chance(double probability) => (NextUInt64() >> 11) * (1.0 / (1UL << 53)) < probability;

    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    public byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = (byte)(NextUInt64() & 0xff);
        }

        return bytes;
    }

    /// <summary>A generator of its own, so that how much one part draws does not change what another gets.</summary>
    public SeededRandom Fork() => new(NextUInt64());
}
