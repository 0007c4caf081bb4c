namespace MedChain.Samples.HospitalNetwork.Input;

/// <summary>SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014): the same numbers on every
/// machine and version of .NET, which <see cref="Random"/> does not promise. Not for secrets.</summary>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        unchecked
        {
            ulong z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>A number from 0 to below <paramref name="bound"/>, by the high half of a product: the bias is below 2^-32 for bounds that
    /// fit 32 bits.</summary>
    public int Below(int bound) => (int)(((UInt128)Next() * (uint)bound) >> 64);

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>True in so many of a thousand cases.</summary>
    public bool Chance(int perThousand) => Below(1000) < perThousand;

    /// <summary>A bell-shaped number around 0, from integers only: twelve uniform numbers from -d to d have a sum whose standard deviation
    /// is about 2d, and half of it has about <paramref name="deviation"/>.</summary>
    public int Bell(int deviation)
    {
        int sum = 0;
        for (int i = 0; i < 12; i++)
        {
            sum += Between(-deviation, deviation);
        }

        return sum / 2;
    }
}
