using MedChain.Core.Contracts.Profile;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Erasure;

/// <summary>What an erasure order is about.</summary>
internal enum ErasureKind
{
    /// <summary>One record.</summary>
    Record = 0,

    /// <summary>All records of a category, of a label, or of both.</summary>
    Class = 1,

    /// <summary>All records and all grants of the account.</summary>
    Account = 2,
}

/// <summary>Which of an account's records an erasure order is about.</summary>
/// <param name="Kind">One record, a class, or all.</param>
/// <param name="Record">The one record; zero otherwise.</param>
/// <param name="Category">The class's category; empty for any.</param>
/// <param name="Label">The class's label; empty for any.</param>
internal sealed record ErasureScope(ErasureKind Kind, Digest Record, string Category, string Label) : ICanonical<ErasureScope>
{
    public static ErasureScope All { get; } = new(ErasureKind.Account, default, "", "");

    public static ErasureScope Of(Digest record) => new(ErasureKind.Record, record, "", "");

    public static ErasureScope Class(string category, string label) => new(ErasureKind.Class, default, category, label);

    /// <summary>Whether a record of a class is in the scope; a label stands for those below it too.</summary>
    public bool Covers(RecordManifest manifest) =>
        (Category.Length == 0 || manifest.Description.Category == Category)
        && (Label.Length == 0 || SensitivityLabels.WithAncestors(manifest.Description.Labels).Contains(Label));

    /// <summary>What is wrong with it whatever the state; <see langword="null"/> for nothing.</summary>
    public string? Problem() => Kind switch
    {
        ErasureKind.Record => Category.Length + Label.Length == 0 ? null : "An order about one record names no category and no label.",
        ErasureKind.Class => Record.IsZero && Category.Length + Label.Length > 0
            ? null
            : "An order about a class names a category or a label, and no record.",
        _ => Record.IsZero && Category.Length + Label.Length == 0 ? null : "An order about the account names nothing else.",
    };

    void ICanonical<ErasureScope>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write((long)Kind);
        writer.Write(Record);
        writer.Write(Category);
        writer.Write(Label);
    }

    static ErasureScope ICanonical<ErasureScope>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new ErasureScope(
            (ErasureKind)reader.ReadInt32(0, (int)ErasureKind.Account),
            reader.ReadDigest(),
            reader.ReadString(RecordDescription.MaxCategoryBytes),
            reader.ReadString(RecordDescription.MaxLabelBytes));
    }
}
