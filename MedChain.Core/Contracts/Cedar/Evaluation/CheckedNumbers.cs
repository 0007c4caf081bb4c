namespace MedChain.Core.Contracts.Cedar.Evaluation;

/// <summary>Integer arithmetic whose overflow is a result, because a thrown exception costs a thousand times more and policies can cause
/// it at will.</summary>
internal static class CheckedNumbers
{
    /// <summary>Reads ASCII digits only, at least one; no sign, no spaces.</summary>
    public static bool TryReadDigits(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        foreach (char c in text)
        {
            if (!char.IsAsciiDigit(c) || !TryNarrow(((Int128)value * 10) + (c - '0'), out value))
            {
                return false;
            }
        }

        return !text.IsEmpty;
    }

    public static bool TryNarrow(Int128 wide, out long value)
    {
        value = unchecked((long)wide);
        return value == wide;
    }

    public static bool TryAdd(long left, long right, out long sum)
    {
        sum = unchecked(left + right);
        return ((left ^ sum) & (right ^ sum)) >= 0;
    }

    public static bool TrySubtract(long left, long right, out long difference)
    {
        difference = unchecked(left - right);
        return ((left ^ right) & (left ^ difference)) >= 0;
    }

    public static bool TryMultiply(long left, long right, out long product) => TryNarrow((Int128)left * right, out product);
}
