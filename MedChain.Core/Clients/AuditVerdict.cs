using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>What an audit file proves.</summary>
/// <param name="Problem">Why nothing in the file counts; <see langword="null"/> when its entries were judged one by one.</param>
/// <param name="Genesis">What the chain starts from, by the file's own words. Its <see cref="Genesis.Chain"/> must be the chain that the
/// reader trusts: anybody can start a chain of the same name. <see langword="null"/> with a <paramref name="Problem"/>.</param>
/// <param name="Validators">Who validated the chain when, verified from the genesis.</param>
/// <param name="Patient">Whose trail it is.</param>
/// <param name="Entries">The entries, in the order of the file.</param>
/// <param name="Unsealed">The block of each further entry that was not yet sealed when the file was written: it is claimed, not
/// proved.</param>
public sealed record AuditVerdict(
    string? Problem,
    Genesis? Genesis,
    ValidatorHistory? Validators,
    AccountId Patient,
    ImmutableArray<AuditVerdictEntry> Entries,
    ImmutableArray<BlockHeight> Unsealed)
{
    /// <summary>What no audit file proves.</summary>
    public const string Limit =
        "Each entry is proved by itself. That none was left out is not proved: compare with the blocks of a validator that you trust.";

    /// <summary>Gets whether every entry is proved.</summary>
    public bool IsProved => Problem is null && Unsealed.IsEmpty && Entries.All(e => e.Problem is null);

    internal static AuditVerdict Refused(string problem) => new(problem, null, null, default, [], []);
}

/// <summary>What one entry of an audit file proves. With a <paramref name="Problem"/> nothing else in it counts.</summary>
/// <param name="Problem">Why it proves nothing; <see langword="null"/> when everything shown is proved.</param>
/// <param name="Gap">What could not be shown although the entry is proved, such as details that were erased; <see langword="null"/> for
/// nothing.</param>
/// <param name="Height">The block.</param>
/// <param name="Time">Block time.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Actor">Who did it: an account of this chain, or of the transaction chain for a researcher.</param>
/// <param name="Reference">The record, grant, request or task.</param>
/// <param name="Detail">The rest, in words; texts that people wrote may hold any characters.</param>
public sealed record AuditVerdictEntry(
    string? Problem,
    string? Gap,
    BlockHeight Height,
    DateTimeOffset Time,
    AuditKind Kind,
    AccountId Actor,
    Digest Reference,
    string Detail)
{
    /// <summary>Gets the rest in parts, for machines.</summary>
    public AuditFacts Facts { get; init; } = AuditFacts.None;

    internal static AuditVerdictEntry Unproved(string problem) => new(problem, null, default, default, default, default, default, "");
}
