using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Records;

/// <summary>What a record is, for those who write permissions. It is never on a chain: the chain holds a salted commitment, and the
/// description is erased with its record.</summary>
public sealed record RecordDescription : ICanonical<RecordDescription>
{
    /// <summary>Longest category in bytes.</summary>
    public const int MaxCategoryBytes = 64;

    /// <summary>Most labels.</summary>
    public const int MaxLabels = 16;

    /// <summary>Longest label in bytes.</summary>
    public const int MaxLabelBytes = 32;

    /// <summary>Most codes.</summary>
    public const int MaxCodes = 64;

    /// <summary>Longest code in bytes, system included.</summary>
    public const int MaxCodeBytes = 256;

    /// <summary>Longest name of an encounter in bytes.</summary>
    public const int MaxEncounterBytes = 128;

    private static readonly long FirstMoment = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long LastMoment = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Initializes a description.</summary>
    /// <param name="category">Category that permissions and requests name, 1 to <see cref="MaxCategoryBytes"/> bytes, such as
    /// "laboratory".</param>
    public RecordDescription(string category)
    {
        ArgumentException.ThrowIfNullOrEmpty(category);
        Category = category;
    }

    /// <summary>Gets the category.</summary>
    public string Category { get; init; }

    /// <summary>Gets the sensitivity labels, such as "PSY", of <see cref="MedChain.Core.Contracts.Profile.SensitivityLabels"/> or others;
    /// at most <see cref="MaxLabels"/>.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>Gets clinical codes, each its system, a bar and the code, such as "http://loinc.org|2345-7"; at most
    /// <see cref="MaxCodes"/>.</summary>
    public ImmutableArray<string> Codes { get; init; } = [];

    /// <summary>Gets the account of the clinician who wrote it; <see langword="null"/> when unknown.</summary>
    public AccountId? Author { get; init; }

    /// <summary>Gets the visit or stay that it is of, by the institution's name; <see langword="null"/> when unknown.</summary>
    public string? Encounter { get; init; }

    /// <summary>Gets when it was collected, to the millisecond; <see langword="null"/> for the moment of storing.</summary>
    public DateTimeOffset? Collected { get; init; }

    /// <summary>Gets when what it is about began; <see langword="null"/> for <see cref="Collected"/>.</summary>
    public DateTimeOffset? Starts { get; init; }

    /// <summary>Gets when what it is about ended; <see langword="null"/> for <see cref="Collected"/>.</summary>
    public DateTimeOffset? Ends { get; init; }

    /// <summary>The description in its one form: texts sorted and each once, no moment open.</summary>
    internal RecordDescription Normalize(DateTimeOffset now)
    {
        DateTimeOffset collected = Collected ?? now;
        return this with
        {
            Labels = [.. Labels.Distinct().Order(StringComparer.Ordinal)],
            Codes = [.. Codes.Distinct().Order(StringComparer.Ordinal)],
            Collected = ToMilliseconds(collected),
            Starts = ToMilliseconds(Starts ?? collected),
            Ends = ToMilliseconds(Ends ?? collected),
        };
    }

    /// <summary>What is wrong with it; <see langword="null"/> for nothing.</summary>
    internal string? Problem()
    {
        if (Category.Length == 0)
        {
            return "A record has a category.";
        }

        return TextsProblem(Labels, MaxLabels, MaxLabelBytes, "labels")
            ?? TextsProblem(Codes, MaxCodes, MaxCodeBytes, "codes")
            ?? (Bytes(Category) > MaxCategoryBytes ? $"The category has {Bytes(Category)} bytes; the limit is {MaxCategoryBytes}." : null)
            ?? (Encounter is { } encounter && Bytes(encounter) is 0 or > MaxEncounterBytes
                ? $"The encounter's name has {Bytes(encounter)} bytes; it must have 1 to {MaxEncounterBytes}."
                : null)
            ?? (Starts > Ends ? $"The record begins at {Starts:O}, after its end at {Ends:O}." : null);
    }

    private static string? TextsProblem(ImmutableArray<string> texts, int maxCount, int maxBytes, string what)
    {
        if (texts.Length > maxCount || texts.Any(text => Bytes(text) is var bytes && (bytes == 0 || bytes > maxBytes)))
        {
            return $"A record has at most {maxCount} {what} of 1 to {maxBytes} bytes each.";
        }

        for (int i = 1; i < texts.Length; i++)
        {
            if (string.CompareOrdinal(texts[i - 1], texts[i]) >= 0)
            {
                return $"A record's {what} are sorted and different.";
            }
        }

        return null;
    }

    private static int Bytes(string text) => System.Text.Encoding.UTF8.GetByteCount(text);

    private static DateTimeOffset ToMilliseconds(DateTimeOffset moment) =>
        DateTimeOffset.FromUnixTimeMilliseconds(moment.ToUnixTimeMilliseconds());

    /// <remarks>An unknown author is zero, an unknown encounter empty.</remarks>
    void ICanonical<RecordDescription>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(8);
        writer.Write(Category);
        writer.WriteStrings(Labels);
        writer.WriteStrings(Codes);
        writer.Write(Author ?? default);
        writer.Write(Encounter ?? "");
        writer.Write(Collected!.Value.ToUnixTimeMilliseconds());
        writer.Write(Starts!.Value.ToUnixTimeMilliseconds());
        writer.Write(Ends!.Value.ToUnixTimeMilliseconds());
    }

    static RecordDescription ICanonical<RecordDescription>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(8);
        string category = reader.ReadString(MaxCategoryBytes);
        ImmutableArray<string> labels = reader.ReadStrings(MaxLabels, MaxLabelBytes);
        ImmutableArray<string> codes = reader.ReadStrings(MaxCodes, MaxCodeBytes);
        AccountId author = reader.ReadAccountId();
        string encounter = reader.ReadString(MaxEncounterBytes);
        if (category.Length == 0)
        {
            throw new MalformedDataException("A record has no category.");
        }

        return new RecordDescription(category)
        {
            Labels = labels,
            Codes = codes,
            Author = author == default ? null : author,
            Encounter = encounter.Length == 0 ? null : encounter,
            Collected = ReadMoment(ref reader),
            Starts = ReadMoment(ref reader),
            Ends = ReadMoment(ref reader),
        };
    }

    private static DateTimeOffset ReadMoment(ref CanonicalReader reader)
    {
        long milliseconds = reader.ReadInt64();
        return milliseconds >= FirstMoment && milliseconds <= LastMoment
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : throw new MalformedDataException($"The moment {milliseconds} ms is outside of the years 1 to 9999.");
    }
}
