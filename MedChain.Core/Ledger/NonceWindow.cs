using MedChain.Core.Encoding;

namespace MedChain.Core.Ledger;

/// <summary>Which of a sender's nonces were used: the highest, and a bit for each of the <see cref="Width"/> up to it. Kept in the state,
/// so every validator and every restored snapshot refuses the same repetition.</summary>
/// <param name="Highest">Highest nonce used; 0 for none.</param>
/// <param name="Used">Bit i is set when <see cref="Highest"/> − i was used.</param>
internal readonly record struct NonceWindow(long Highest, UInt128 Used) : ICanonical<NonceWindow>
{
    /// <summary>How far below the highest a late nonce may be, and how far above it an early one.</summary>
    public const int Width = 128;

    /// <summary>Uses a nonce.</summary>
    /// <param name="nonce">From 1.</param>
    /// <param name="next">The window afterwards.</param>
    /// <returns><see langword="false"/> when the nonce was used, or lies too far below or above.</returns>
    public bool TryUse(long nonce, out NonceWindow next)
    {
        next = this;
        long ahead = nonce - Highest;
        if (nonce < 1 || ahead > Width || ahead <= -Width)
        {
            return false;
        }

        if (ahead > 0)
        {
            UInt128 shifted = ahead >= Width ? UInt128.Zero : Used << (int)ahead;
            next = new NonceWindow(nonce, shifted | UInt128.One);
            return true;
        }

        UInt128 bit = UInt128.One << (int)-ahead;
        if ((Used & bit) != 0)
        {
            return false;
        }

        next = this with { Used = Used | bit };
        return true;
    }

    void ICanonical<NonceWindow>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Highest);
        writer.Write(unchecked((ulong)(Used >> 64)));
        writer.Write(unchecked((ulong)Used));
    }

    static NonceWindow ICanonical<NonceWindow>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new NonceWindow(reader.ReadNonNegative(), new UInt128(reader.ReadUInt64(), reader.ReadUInt64()));
    }
}
