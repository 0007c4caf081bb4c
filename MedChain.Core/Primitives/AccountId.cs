namespace MedChain.Core.Primitives;

/// <summary>A pseudonym on one chain: a hash over the chain and the holder's first signing key. It never changes, also when the key does,
/// and a holder with a key for each chain has pseudonyms that nobody can link.</summary>
/// <param name="Value">The hash; zero for nobody.</param>
public readonly record struct AccountId(Digest Value) : IComparable<AccountId>
{
    /// <inheritdoc/>
    public int CompareTo(AccountId other) => Value.CompareTo(other.Value);

    /// <summary>Orders by the bytes of the identifier.</summary>
    public static bool operator <(AccountId left, AccountId right) => left.CompareTo(right) < 0;

    /// <summary>Orders by the bytes of the identifier.</summary>
    public static bool operator >(AccountId left, AccountId right) => left.CompareTo(right) > 0;

    /// <summary>Orders by the bytes of the identifier.</summary>
    public static bool operator <=(AccountId left, AccountId right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by the bytes of the identifier.</summary>
    public static bool operator >=(AccountId left, AccountId right) => left.CompareTo(right) >= 0;

    /// <summary>The identifier as 64 lower-case hexadecimal digits.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Value.ToString();
}
