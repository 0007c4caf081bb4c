using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts;

/// <summary>Named values. Also the form of an entity's attributes, its tags, and a request's context.</summary>
public sealed class RecordValue : CedarValue
{
    /// <summary>The record without attributes.</summary>
    public static readonly RecordValue Empty = new([]);

    private const int Neighbours = 3;

    private readonly string[] _names;
    private readonly CedarValue[] _values;

    /// <summary>Initializes a record.</summary>
    /// <param name="attributes">Names, each once, and values.</param>
    /// <exception cref="ArgumentException">A name occurs twice or has half a surrogate pair.</exception>
    public RecordValue(IEnumerable<KeyValuePair<string, CedarValue>> attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        KeyValuePair<string, CedarValue>[] sorted = [.. attributes];
        Array.Sort(sorted, static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        _names = new string[sorted.Length];
        _values = new CedarValue[sorted.Length];
        Depth = 1;
        for (int i = 0; i < sorted.Length; i++)
        {
            (_names[i], _values[i]) = sorted[i];
            if (i > 0 && _names[i] == _names[i - 1])
            {
                throw new ArgumentException($"The name \"{Quoting.Shorten(_names[i])}\" occurs twice; give each once.", nameof(attributes));
            }

            if (!Quoting.IsWellFormed(_names[i]))
            {
                throw new ArgumentException("A name has half a surrogate pair; pass well-formed text.", nameof(attributes));
            }

            Depth = Math.Max(Depth, _values[i].Depth + 1);
            Weight = AddWeights(Weight, AddWeights(WeightOf(_names[i]), _values[i].Weight));
        }
    }

    /// <summary>Gets the number of attributes.</summary>
    public int Count => _names.Length;

    /// <summary>Gets the names in ordinal order.</summary>
    public ImmutableArray<string> Names => [.. _names];

    /// <inheritdoc/>
    internal override string TypeName => "record";

    /// <inheritdoc/>
    internal override int Depth { get; }

    /// <inheritdoc/>
    internal override int Weight { get; } = 1;

    /// <inheritdoc/>
    internal override int Rank => 5;

    /// <summary>Gets the value of an attribute, or <see langword="null"/> when there is none of that name.</summary>
    /// <param name="name">The attribute's name.</param>
    public CedarValue? this[string name]
    {
        get
        {
            int low = 0;
            int high = _names.Length - 1;
            while (low <= high)
            {
                int middle = (low + high) / 2;
                int order = string.CompareOrdinal(_names[middle], name);
                if (order == 0)
                {
                    return _values[middle];
                }

                (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
            }

            return null;
        }
    }

    /// <summary>The value of an attribute that is not before some place, and is there when all optional ones before it are
    /// missing.</summary>
    internal CedarValue? Find(string name, int leastPlace)
    {
        string[] names = _names;
        return leastPlace < names.Length && ReferenceEquals(names[leastPlace], name) ? _values[leastPlace] : Search(name, leastPlace);
    }

    // Not inlined, so that the comparison of references before it is.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private CedarValue? Search(string name, int leastPlace)
    {
        int end = Math.Min(leastPlace + Neighbours, _names.Length);
        for (int i = leastPlace; i < end; i++)
        {
            if (_names[i] == name)
            {
                return _values[i];
            }
        }

        return this[name];
    }

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        for (int i = 0; i < _names.Length; i++)
        {
            hash.Add(_names[i]);
            hash.Add(_values[i]);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{{{string.Join(", ", _names.Select((name, i) => $"{Quoting.Quote(name)}: {_values[i]}"))}}}";

    /// <inheritdoc/>
    private protected override int CompareSameKind(CedarValue other)
    {
        var theirs = (RecordValue)other;
        int order = Count.CompareTo(theirs.Count);
        for (int i = 0; order == 0 && i < _names.Length; i++)
        {
            order = string.CompareOrdinal(_names[i], theirs._names[i]);
            order = order != 0 ? order : Compare(_values[i], theirs._values[i]);
        }

        return order;
    }
}
