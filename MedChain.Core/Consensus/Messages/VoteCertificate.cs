using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>A quorum's votes of one phase for one value: of Prepares a PreparedCert, of Commits a CommitCert, which decides the slot. On
/// the fast path the Prepares of all validators decide it too (FastCert).</summary>
internal sealed record VoteCertificate(
    VotePhase Phase, long Epoch, ViewNumber View, SlotNumber Slot, Digest Value, ImmutableArray<ValidatorSignature> Signatures)
    : ICanonical<VoteCertificate>
{
    public byte[] Statement(ChainId chain) => new SlotStatement(chain, Epoch, View, Slot, Value).ForVote(Phase);

    /// <summary>Says whether so many votes of this phase decide the slot; the signatures are not checked.</summary>
    public bool Decides(ValidatorSet validators) =>
        Phase == VotePhase.Commit || (validators.Rules.FastPath && Signatures.Length == validators.Count);

    void ICanonical<VoteCertificate>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(6);
        writer.Write((long)Phase);
        writer.Write(Epoch);
        writer.Write(View);
        writer.Write(Slot);
        writer.Write(Value);
        QuorumSignatures.Write(ref writer, Signatures);
    }

    static VoteCertificate ICanonical<VoteCertificate>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(6);
        return new VoteCertificate(
            (VotePhase)reader.ReadInt32((int)VotePhase.Prepare, (int)VotePhase.Commit),
            reader.ReadNonNegative(),
            reader.ReadView(),
            reader.ReadSlot(),
            reader.ReadDigest(),
            QuorumSignatures.Read(ref reader));
    }
}
