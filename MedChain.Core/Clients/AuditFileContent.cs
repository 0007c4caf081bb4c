using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>What an audit file holds. Nothing in it is a description: all that a verifier shows follows from proofs and openings.</summary>
/// <param name="Genesis">What the chain starts from; its hash is the chain's identifier.</param>
/// <param name="Handoffs">The validators of later epochs (<see cref="Blocks.ValidatorHistory.ToBytes"/>).</param>
/// <param name="Patient">Whose trail it is.</param>
/// <param name="Entries">In the order of the chain.</param>
/// <param name="Unsealed">The block of each further entry that no quorum had sealed yet.</param>
internal sealed record AuditFileContent(
    Genesis Genesis,
    ReadOnlyMemory<byte> Handoffs,
    AccountId Patient,
    ImmutableArray<AuditFileEntry> Entries,
    ImmutableArray<BlockHeight> Unsealed) : ICanonical<AuditFileContent>
{
    public const string Format = "medchain/audit/v1";
    public const int MaxHandoffBytes = 4 * 1024 * 1024;
    public const int MaxUnsealed = 4_096;

    void ICanonical<AuditFileContent>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(6);
        writer.Write(Format);
        writer.Write(Genesis);
        writer.Write(Handoffs.Span);
        writer.Write(Patient);
        writer.WriteList(Entries);
        writer.BeginArray(Unsealed.Length);
        foreach (BlockHeight height in Unsealed)
        {
            writer.Write(height);
        }
    }

    static AuditFileContent ICanonical<AuditFileContent>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(6);
        string format = reader.ReadString(64);
        if (format != Format)
        {
            throw new MalformedDataException($"Its format is not '{Format}'.");
        }

        Genesis genesis = reader.Read<Genesis>();
        ReadOnlyMemory<byte> handoffs = reader.ReadBytes(MaxHandoffBytes);
        AccountId patient = reader.ReadAccountId();
        AuditFileEntry[] entries = reader.ReadList<AuditFileEntry>(AuditFile.MaxEntries);
        var unsealed = new BlockHeight[reader.ReadArrayCount(MaxUnsealed)];
        for (int i = 0; i < unsealed.Length; i++)
        {
            unsealed[i] = reader.ReadHeight();
        }

        return new AuditFileContent(genesis, handoffs, patient, [.. entries], [.. unsealed]);
    }
}

/// <summary>One entry: a proved transaction, which of its events is meant, and what opens the commitments.</summary>
/// <param name="Proof">That the transaction and its receipt are on the chain.</param>
/// <param name="Event">Zero-based place of the event in the receipt.</param>
/// <param name="Attachment">What the transaction commits to; <see langword="null"/> when there is nothing, or it was erased.</param>
/// <param name="State">The decision as the state knows it: of an access or a task.</param>
/// <param name="Row">The patient's row of a task's decisions.</param>
internal sealed record AuditFileEntry(ChainProof Proof, int Event, Attachment? Attachment, ChainProof? State, AuditRow? Row)
    : ICanonical<AuditFileEntry>
{
    private const int MaxEvents = 64;

    void ICanonical<AuditFileEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(Proof);
        writer.Write((long)Event);
        writer.WriteOptional(Attachment);
        writer.WriteOptional(State);
        writer.WriteOptional(Row);
    }

    static AuditFileEntry ICanonical<AuditFileEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new AuditFileEntry(
            reader.Read<ChainProof>(),
            reader.ReadInt32(0, MaxEvents - 1),
            reader.ReadOptional<Attachment>(),
            reader.ReadOptional<ChainProof>(),
            reader.ReadOptional<AuditRow>());
    }
}

/// <summary>One row of a task's decisions with its way to their root; the other patients' rows stay closed.</summary>
internal sealed record AuditRow(TaskDecisionRow Row, long Index, long Count, ImmutableArray<Digest> Path) : ICanonical<AuditRow>
{
    private const int MaxPath = 64;

    public bool IsUnder(Digest root) =>
        Index < Count
        && MerkleProof.VerifyInclusion(root, Count, MerkleTree.HashLeaf(Canonical.Encode(Row)), Index, Path.AsSpan());

    void ICanonical<AuditRow>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Row);
        writer.Write(Index);
        writer.Write(Count);
        writer.WriteDigests(Path);
    }

    static AuditRow ICanonical<AuditRow>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new AuditRow(
            reader.Read<TaskDecisionRow>(), reader.ReadNonNegative(), reader.ReadNonNegative(), reader.ReadDigests(MaxPath));
    }
}
