using MedChain.Core.Blocks;
using MedChain.Core.Encoding;

namespace MedChain.Core.Ledger;

/// <summary>The administrator registers an account. Its name follows from the chain and the key.</summary>
/// <param name="Account">The account.</param>
internal sealed record RegisterAccount(AccountEntry Account) : Command
{
    private protected override CommandKind Kind => CommandKind.RegisterAccount;

    internal static RegisterAccount ReadFields(ref CanonicalReader reader) => new(reader.Read<AccountEntry>());

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.Write(Account);
}

/// <summary>The administrator makes another chain known, so that proofs from it can be checked here.</summary>
/// <param name="Other">The other chain's genesis, from which its identifier and validators follow.</param>
internal sealed record AnchorChain(Genesis Other) : Command
{
    private protected override CommandKind Kind => CommandKind.AnchorChain;

    internal static AnchorChain ReadFields(ref CanonicalReader reader) => new(reader.Read<Genesis>());

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.Write(Other);
}

/// <summary>Anybody brings the handoff that ends the epoch to which an anchored chain was followed.</summary>
/// <param name="Handoff">The certificate.</param>
internal sealed record AdvanceAnchor(Handoff Handoff) : Command
{
    private protected override CommandKind Kind => CommandKind.AdvanceAnchor;

    internal static AdvanceAnchor ReadFields(ref CanonicalReader reader) => new(reader.Read<Handoff>());

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.Write(Handoff);
}

/// <summary>Anybody brings a fact of an anchored chain: a task to an account chain, an account chain's answer to the transaction chain. The
/// proof speaks for itself; who brings it needs no trust and no account.</summary>
/// <param name="Proof">The fact.</param>
internal sealed record DeliverProof(ChainProof Proof) : Command
{
    private protected override CommandKind Kind => CommandKind.DeliverProof;

    internal static DeliverProof ReadFields(ref CanonicalReader reader) => new(reader.Read<ChainProof>());

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.Write(Proof);
}

/// <summary>A registered account takes a place in the chain's order and changes nothing: whoever reads the state after it reads no less
/// than what was ordered before.</summary>
internal sealed record MarkOrder : Command
{
    private protected override CommandKind Kind => CommandKind.MarkOrder;

    internal static MarkOrder ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(0);
        return new MarkOrder();
    }

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.BeginArray(0);
}

/// <summary>Anybody brings proof that a validator of this chain contradicted itself. It speaks for itself too.</summary>
/// <param name="Evidence">The proof, as <see cref="IEvidenceJudge"/> reads it.</param>
internal sealed record RecordMisconduct(ReadOnlyMemory<byte> Evidence) : Command
{
    private const int MaxEvidence = 128 * 1024;

    private protected override CommandKind Kind => CommandKind.RecordMisconduct;

    internal static RecordMisconduct ReadFields(ref CanonicalReader reader) => new(reader.ReadBytes(MaxEvidence));

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.Write(Evidence.Span);
}
