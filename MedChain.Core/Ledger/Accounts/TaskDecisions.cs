using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>What an account chain decided about a task for each of its patients: an off-chain document that every validator derives, bound
/// by its commitment and by the root over its rows.</summary>
/// <param name="Rows">In ascending order of patient.</param>
internal sealed record TaskDecisions(ImmutableArray<TaskDecisionRow> Rows) : ICanonical<TaskDecisions>
{
    public const int MaxRows = 65_536;

    public Digest Root() => MerkleTree.Root(LeafHashes());

    /// <summary>The path with which a patient shows her row, and only hers, under the root.</summary>
    public ImmutableArray<Digest> Path(int row) => MerkleTree.Path(LeafHashes(), row);

    private Digest[] LeafHashes() => [.. Rows.Select(row => MerkleTree.HashLeaf(Canonical.Encode(row)))];

    void ICanonical<TaskDecisions>.Write(ref CanonicalWriter writer) => writer.WriteList(Rows);

    static TaskDecisions ICanonical<TaskDecisions>.Read(ref CanonicalReader reader) =>
        new([.. reader.ReadList<TaskDecisionRow>(MaxRows)]);
}

/// <summary>The decision for one patient.</summary>
/// <param name="Salt">Makes the row's hash say nothing to those who cannot see the row.</param>
/// <param name="Patient">The patient.</param>
/// <param name="Outcome">What her permissions say.</param>
/// <param name="Grant">The grant that permits it and was consumed; zero without one.</param>
/// <param name="Version">The version of the grant that permits it; zero without one.</param>
/// <param name="Consumed">Whether a use of the grant was consumed for this task.</param>
/// <param name="Records">The records it opens.</param>
internal sealed record TaskDecisionRow(
    Digest Salt,
    AccountId Patient,
    DecisionOutcome Outcome,
    Digest Grant,
    int Version,
    bool Consumed,
    ImmutableArray<PermittedRecord> Records)
    : ICanonical<TaskDecisionRow>
{
    void ICanonical<TaskDecisionRow>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(7);
        writer.Write(Salt);
        writer.Write(Patient);
        writer.Write((long)Outcome);
        writer.Write(Grant);
        writer.Write((long)Version);
        writer.Write(Consumed);
        writer.WriteList(Records);
    }

    static TaskDecisionRow ICanonical<TaskDecisionRow>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(7);
        return new TaskDecisionRow(
            reader.ReadDigest(),
            reader.ReadAccountId(),
            (DecisionOutcome)reader.ReadInt32(0, (int)DecisionOutcomes.Last),
            reader.ReadDigest(),
            reader.ReadInt32(0, GrantVersion.Max),
            reader.ReadBoolean(),
            [.. reader.ReadList<PermittedRecord>(DecisionEntry.MaxRecords)]);
    }
}
