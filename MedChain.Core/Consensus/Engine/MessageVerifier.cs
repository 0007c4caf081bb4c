using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Checks every signature and certificate of a message, so that the machine need not. Thread safe.</summary>
internal sealed class MessageVerifier(ChainId chain, long epoch, ValidatorSet validators, SignatureCache cache, long start = 0)
{
    /// <summary>No chain lives to see this view, and sums of smaller ones do not overflow.</summary>
    private const long MaxView = 1L << 53;

    private readonly ChainId _votingChain = validators.Rules.Bind(chain);

    /// <summary>Gets q. Only simulations lower it, to see that a quorum too small is caught.</summary>
    public int Quorum { get; init; } = validators.Quorum;

    /// <summary>Gets how one signature is checked. Only simulations replace it, for speed.</summary>
    public Func<PublicKey, byte[], Signature, bool> Check { get; init; } = (key, statement, signature) =>
        SignatureVerifier.Verify(key, statement, signature);

    public MessageVerifier(ChainId chain, ChainEpoch epoch, SignatureCache cache)
        : this(chain, epoch.Number, epoch.Validators, cache, epoch.Start.Value)
    {
    }

    public long Epoch => epoch;

    public bool IsAssigned(BatchHeader header, PublicKey validator) => VouchedBatches.IsAssigned(
        validators, header, validators.IndexOf(validator), VouchedBatches.MinTransactions);

    /// <summary>Says whether a message is one that the machine may see.</summary>
    public bool Verify(ConsensusMessage message) => message.Epoch == epoch && message switch
    {
        BatchMessage m => VerifyBatch(m.Batch),
        FixAck m => IsLane(m.Reference) && VerifyOne(m.Validator, m.Reference.AckStatement(chain, epoch), m.Signature),
        FixCertificate m => VerifyFix(m),
        PrePrepare m => m.Cut.Chain == chain && VerifyOne(m.Cut.Proposer, m.Statement(_votingChain), m.Signature),
        Vote m => VerifyOne(m.Validator, m.Statement(_votingChain), m.Signature),
        SealVote m => VerifyOne(m.Validator, SealCertificate.Statement(chain, epoch, m.Height, m.HeaderHash), m.Signature),
        SealMessage m => VerifySeal(m.Certificate),
        ViewChange m => VerifyViewChange(m),
        NewView m => VerifyNewView(m),
        BatchesData m => m.Batches.All(b => VerifyBatch(b.Batch) && (b.Certificate is null || VerifyFix(b.Certificate))),
        BlocksData m => m.Blocks.All(VerifyDecision),
        Status or FetchBlocks => true,
        FetchBatches m => m.References.All(IsLane),
        _ => false,
    };

    /// <summary>Says whether a block's certificate decides its cut, and its batches are signed by the owners of their lanes. That they
    /// belong to the cut shows in their digests, which its expansion follows.</summary>
    public bool VerifyDecision(BlockBody body) =>
        body.Commit.Decides(validators)
        && VerifyVotes(body.Commit)
        && body.Commit.Value == ValueOf(body.Cut, body.Commit.Slot)
        && (body.Cut is not { } cut || (cut.Chain == chain && cut.Epoch == epoch && cut.Slot == body.Commit.Slot))
        && body.Batches.All(VerifyBatch);

    public bool VerifySeal(SealCertificate certificate) =>
        certificate.Chain == chain
        && certificate.Epoch == epoch
        && certificate.Height.Value > start
        && VerifyQuorum(certificate.Signatures, SealCertificate.Statement(chain, epoch, certificate.Height, certificate.HeaderHash));

    private bool VerifyBatch(Batch batch) =>
        batch.Header.Chain == chain
        && batch.Header.Epoch == epoch
        && batch.Header.Lane < validators.Count
        && VerifyOne(batch.Header.Lane, batch.Header.Statement(), batch.Signature);

    private bool VerifyFix(FixCertificate certificate) =>
        certificate.Epoch == epoch
        && IsLane(certificate.Reference)
        && VerifyQuorum(certificate.Signatures, certificate.Reference.AckStatement(chain, epoch));

    private bool VerifyVotes(VoteCertificate certificate) =>
        certificate.Epoch == epoch && VerifyQuorum(certificate.Signatures, certificate.Statement(_votingChain));

    private bool VerifyNewView(NewView message)
    {
        if (message.ViewChanges.Length != Quorum
            || !VerifyOne(LeaderHistory.OpenerOf(message.View, validators.Count), message.Statement(_votingChain), message.Signature))
        {
            return false;
        }

        int last = -1;
        foreach (ViewChange viewChange in message.ViewChanges)
        {
            if (viewChange.Validator <= last || viewChange.NewView != message.View || !VerifyViewChange(viewChange))
            {
                return false;
            }

            last = viewChange.Validator;
        }

        return true;
    }

    private bool VerifyViewChange(ViewChange message)
    {
        if (message.Epoch != epoch
            || message.NewView.Value < 1
            || message.NewView.Value > MaxView
            || !VerifyOne(message.Validator, message.Statement(_votingChain), message.Signature)
            || (message.Base is { } certificate && !VerifySeal(certificate)))
        {
            return false;
        }

        long last = Math.Max(message.BaseHeight, start);
        long limit = last + (2 * WireLimits.MaxWindow);
        foreach (ViewChangeEntry entry in message.Entries)
        {
            if (entry.Slot.Value <= last || !VerifyEntry(entry, message.NewView))
            {
                return false;
            }

            last = entry.Slot.Value;
        }

        return last <= limit;
    }

    private bool VerifyEntry(ViewChangeEntry entry, ViewNumber newView) =>
        VerifyPrepared(entry, newView) && VerifyClaim(entry, newView);

    private bool VerifyPrepared(ViewChangeEntry entry, ViewNumber newView) => entry.Prepared is not { } prepared
        ? entry.Cut is null
        : prepared.Phase == VotePhase.Prepare
            && prepared.Slot == entry.Slot
            && prepared.View < newView
            && prepared.Value == ValueOf(entry.Cut, entry.Slot)
            && IsOf(entry.Cut, entry.Slot)
            && VerifyVotes(prepared);

    /// <summary>A claim names its cut where the fast path may choose it, so that a new view never has to vote on an unknown cut.</summary>
    private bool VerifyClaim(ViewChangeEntry entry, ViewNumber newView)
    {
        if (entry.Accepted is not { } claim || !validators.Rules.FastPath)
        {
            return entry.AcceptedCut is null && (entry.Accepted is null || entry.Accepted.View < newView);
        }

        return claim.View < newView
            && (entry.AcceptedCut is null || entry.AcceptedCut.Digest == claim.Value)
            && claim.Value == ValueOf(entry.ClaimedCut, entry.Slot)
            && IsOf(entry.ClaimedCut, entry.Slot);
    }

    private bool IsOf(Cut? cut, SlotNumber slot) => cut is null || (cut.Chain == chain && cut.Epoch == epoch && cut.Slot == slot);

    private Digest ValueOf(Cut? cut, SlotNumber slot) => cut?.Digest ?? Cut.NullDigest(chain, epoch, slot);

    private bool IsLane(BatchReference reference) => reference.Lane < validators.Count;

    private bool VerifyQuorum(ImmutableArray<ValidatorSignature> signatures, byte[] statement)
    {
        if (signatures.Length < Quorum || signatures.Length > validators.Count)
        {
            return false;
        }

        int last = -1;
        foreach (ValidatorSignature signature in signatures)
        {
            if (signature.Validator <= last || !VerifyOne(signature.Validator, statement, signature.Signature))
            {
                return false;
            }

            last = signature.Validator;
        }

        return true;
    }

    private bool VerifyOne(int validator, byte[] statement, Signature signature)
    {
        if (validator < 0 || validator >= validators.Count)
        {
            return false;
        }

        PublicKey key = validators.Members[validator].VotingKey;
        Digest cacheKey = SignatureCache.Key(key, statement, signature);
        if (cache.Contains(cacheKey))
        {
            return true;
        }

        if (!Check(key, statement, signature))
        {
            return false;
        }

        cache.Add(cacheKey);
        return true;
    }
}
