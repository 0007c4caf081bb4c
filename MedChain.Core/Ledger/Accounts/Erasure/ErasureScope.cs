using System.Collections.Immutable;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Erasure;

/// <summary>What an erasure order is about.</summary>
internal enum ErasureKind
{
    /// <summary>Records by their names.</summary>
    Records = 0,

    /// <summary>All records of a category, of a label, or of both.</summary>
    Class = 1,

    /// <summary>All records and all grants of the account.</summary>
    Account = 2,
}

/// <summary>Which of an account's records an erasure order is about.</summary>
/// <param name="Kind">Named records, a class, or all.</param>
/// <param name="Records">The named records, in ascending order; none otherwise.</param>
/// <param name="Category">The class's category; empty for any.</param>
/// <param name="Label">The class's label; empty for any.</param>
/// <remarks>An order by class shows everybody who sees the chain what class the patient has records of. Who can read the manifests names
/// the records instead.</remarks>
internal sealed record ErasureScope(ErasureKind Kind, ImmutableArray<Digest> Records, string Category, string Label)
    : ICanonical<ErasureScope>
{
    public static ErasureScope All { get; } = new(ErasureKind.Account, [], "", "");

    public static ErasureScope Of(params ReadOnlySpan<Digest> records) => new(ErasureKind.Records, [.. records.ToArray().Order()], "", "");

    public static ErasureScope Class(string category, string label) => new(ErasureKind.Class, [], category, label);

    /// <summary>Whether a record of a class is in the scope; a label stands for those below it too.</summary>
    public bool Covers(RecordManifest manifest) =>
        (Category.Length == 0 || manifest.Description.Category == Category)
        && (Label.Length == 0 || SensitivityLabels.WithAncestors(manifest.Description.Labels).Contains(Label));

    /// <summary>What is wrong with it whatever the state; <see langword="null"/> for nothing.</summary>
    public string? Problem() => Kind switch
    {
        ErasureKind.Records => Category.Length + Label.Length == 0 && Records.Length > 0 && IsAscending
            ? null
            : "An order about records names them in ascending order, and no category and no label.",
        ErasureKind.Class => Records.IsEmpty && Category.Length + Label.Length > 0
            ? null
            : "An order about a class names a category or a label, and no record.",
        _ => Records.IsEmpty && Category.Length + Label.Length == 0 ? null : "An order about the account names nothing else.",
    };

    private bool IsAscending => Records.Zip(Records.Skip(1)).All(pair => pair.First.CompareTo(pair.Second) < 0);

    void ICanonical<ErasureScope>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write((long)Kind);
        writer.WriteDigests(Records);
        writer.Write(Category);
        writer.Write(Label);
    }

    static ErasureScope ICanonical<ErasureScope>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new ErasureScope(
            (ErasureKind)reader.ReadInt32(0, (int)ErasureKind.Account),
            reader.ReadDigests(DecisionEntry.MaxRecords),
            reader.ReadString(RecordDescription.MaxCategoryBytes),
            reader.ReadString(RecordDescription.MaxLabelBytes));
    }
}
