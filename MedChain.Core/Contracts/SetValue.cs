using System.Collections.Immutable;

namespace MedChain.Core.Contracts;

/// <summary>A set: no order, no repetition, elements of any kinds.</summary>
public sealed class SetValue : CedarValue
{
    /// <summary>Initializes a set.</summary>
    /// <param name="elements">The elements; repeated ones count once.</param>
    public SetValue(IEnumerable<CedarValue> elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        CedarValue[] sorted = [.. elements];
        Array.Sort(sorted, Compare);
        Elements = Distinct(sorted);
        foreach (CedarValue element in Elements)
        {
            Depth = Math.Max(Depth, element.Depth + 1);
            Weight = AddWeights(Weight, element.Weight);
        }

        Depth = Math.Max(Depth, 1);
    }

    /// <summary>Gets the elements in canonical order, each once.</summary>
    public ImmutableArray<CedarValue> Elements { get; }

    /// <inheritdoc/>
    internal override string TypeName => "Set";

    /// <inheritdoc/>
    internal override int Depth { get; }

    /// <inheritdoc/>
    internal override int Weight { get; } = 1;

    /// <inheritdoc/>
    internal override int Rank => 4;

    /// <summary>Says whether a value is an element.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Whether it is.</returns>
    public bool Contains(CedarValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        int low = 0;
        int high = Elements.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = Compare(Elements[middle], value);
            if (order == 0)
            {
                return true;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return false;
    }

    /// <summary>Says whether a number of a kind is an element, without making a value of it.</summary>
    internal bool ContainsNumber(int rank, long number)
    {
        int low = 0;
        int high = Elements.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            CedarValue element = Elements[middle];
            int order = element.Rank != rank ? element.Rank.CompareTo(rank) : element.Number.CompareTo(number);
            if (order == 0)
            {
                return true;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return false;
    }

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (CedarValue element in Elements)
        {
            hash.Add(element);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", Elements)}]";

    /// <inheritdoc/>
    private protected override int CompareSameKind(CedarValue other)
    {
        ImmutableArray<CedarValue> theirs = ((SetValue)other).Elements;
        int order = Elements.Length.CompareTo(theirs.Length);
        for (int i = 0; order == 0 && i < Elements.Length; i++)
        {
            order = Compare(Elements[i], theirs[i]);
        }

        return order;
    }

    private static ImmutableArray<CedarValue> Distinct(CedarValue[] sorted)
    {
        ImmutableArray<CedarValue>.Builder kept = ImmutableArray.CreateBuilder<CedarValue>(sorted.Length);
        foreach (CedarValue value in sorted)
        {
            if (kept.Count == 0 || Compare(kept[^1], value) != 0)
            {
                kept.Add(value);
            }
        }

        return kept.DrainToImmutable();
    }
}
