using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus;

/// <summary>What evidence needs of a signed message: who signed what, about which place.</summary>
/// <param name="Kind">The kind of message.</param>
/// <param name="Signer">Who signed.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="Major">The view, the incarnation, or 0.</param>
/// <param name="Minor">The slot or height, or 0.</param>
/// <param name="Value">What it says about the place.</param>
/// <param name="Bytes">The bytes that are signed.</param>
/// <param name="Signature">The signature.</param>
/// <param name="Change">The message, when it is a ViewChange.</param>
internal sealed record SignedStatement(
    MessageKind Kind,
    int Signer,
    long Epoch,
    long Major,
    long Minor,
    Digest Value,
    byte[] Bytes,
    Signature Signature,
    ViewChange? Change = null)
{
    /// <summary>Encodes a message as evidence holds it: of a batch only the signed header, of all others the message as it went over the
    /// wire.</summary>
    public static ReadOnlyMemory<byte> Encode(ConsensusMessage message)
    {
        if (message is not BatchMessage { Batch: { } batch })
        {
            return Envelope.Encode(message);
        }

        byte[] header = Canonical.Encode(new SignedHeader(batch.Header, batch.Signature));
        return (byte[])[0, .. header];
    }

    public static bool TryRead(
        ReadOnlyMemory<byte> bytes,
        ChainId chain,
        ValidatorSet validators,
        [NotNullWhen(true)] out SignedStatement? statement,
        [NotNullWhen(false)] out string? problem)
    {
        statement = null;
        if (!bytes.IsEmpty && bytes.Span[0] == 0)
        {
            if (Canonical.TryDecode(bytes[1..], out SignedHeader? signed, out problem))
            {
                BatchHeader h = signed.Header;
                statement = new SignedStatement(
                    MessageKind.Batch, h.Lane, h.Epoch, h.Incarnation, h.Height, h.Digest, h.Statement(), signed.Signature);
            }

            problem ??= statement is not null && signed!.Header.Chain == chain ? null : "The batch belongs to another chain.";
        }
        else if (Envelope.TryDecode(bytes, out ConsensusMessage? message, out problem))
        {
            statement = Of(message, chain, validators.Rules.Bind(chain), validators.Count);
            problem = statement is null ? "A message of this kind excludes no other." : null;
        }

        return statement is not null && problem is null;
    }

    /// <summary>How two statements of one signer exclude each other; <see langword="null"/> when they do not.</summary>
    public static Misconduct? ConflictOf(SignedStatement first, SignedStatement second)
    {
        if (first.Epoch != second.Epoch)
        {
            return null;
        }

        if (second.Change is { } change && first.Kind is MessageKind.Prepare or MessageKind.Commit)
        {
            return Hides(change, first) ? Misconduct.HiddenVote : null;
        }

        bool excludes = first.Kind == second.Kind
            && first.Major == second.Major
            && first.Minor == second.Minor
            && first.Value != second.Value;
        return !excludes ? null : first.Kind switch
        {
            MessageKind.PrePrepare => Misconduct.TwoProposals,
            MessageKind.Prepare => Misconduct.TwoPrepares,
            MessageKind.Commit => Misconduct.TwoCommits,
            MessageKind.Seal => Misconduct.TwoSeals,
            MessageKind.Batch => Misconduct.TwoBatches,
            MessageKind.ViewChange => Misconduct.TwoViewChanges,
            MessageKind.NewView => Misconduct.TwoNewViews,
            _ => null,
        };
    }

    /// <summary>Whether a ViewChange does not own up to a vote of a lower view. A validator that sent a Commit has the PreparedCert of its
    /// view or of a later one, one that sent a Prepare claims this or a later one, for every slot above its base, and it votes in no lower
    /// view afterwards; both are durable before the vote leaves.</summary>
    private static bool Hides(ViewChange change, SignedStatement vote)
    {
        if (vote.Major >= change.NewView.Value || vote.Minor <= change.BaseHeight)
        {
            return false;
        }

        ViewChangeEntry? entry = change.Entries.FirstOrDefault(e => e.Slot.Value == vote.Minor);
        (long View, Digest Value)? shown = vote.Kind == MessageKind.Commit
            ? entry?.Prepared is { } prepared ? (prepared.View.Value, prepared.Value) : null
            : entry?.Accepted is { } accepted ? (accepted.View.Value, accepted.Value) : null;
        return shown is not { } known || known.View < vote.Major || (known.View == vote.Major && known.Value != vote.Value);
    }

    private static SignedStatement? Of(ConsensusMessage message, ChainId chain, ChainId voting, int count) => message switch
    {
        PrePrepare m => new(
            m.Kind, m.Cut.Proposer, m.Epoch, m.View.Value, m.Cut.Slot.Value, m.Cut.Digest, m.Statement(voting), m.Signature),
        Vote m => new(m.Kind, m.Validator, m.Epoch, m.View.Value, m.Slot.Value, m.Value, m.Statement(voting), m.Signature),
        SealVote m => new(
            m.Kind,
            m.Validator,
            m.Epoch,
            0,
            m.Height.Value,
            m.HeaderHash,
            SealCertificate.Statement(chain, m.Epoch, m.Height, m.HeaderHash),
            m.Signature),
        ViewChange m => OfWhole(m.Kind, m.Validator, m.Epoch, m.NewView, m.Statement(voting), m.Signature) with { Change = m },
        NewView m => OfWhole(m.Kind, LeaderHistory.OpenerOf(m.View, count), m.Epoch, m.View, m.Statement(voting), m.Signature),
        _ => null,
    };

    private static SignedStatement OfWhole(
        MessageKind kind, int signer, long epoch, ViewNumber view, byte[] bytes, Signature signature) =>
        new(kind, signer, epoch, view.Value, 0, Digest.Of(bytes), bytes, signature);

    private sealed record SignedHeader(BatchHeader Header, Signature Signature) : ICanonical<SignedHeader>
    {
        void ICanonical<SignedHeader>.Write(ref CanonicalWriter writer)
        {
            writer.BeginArray(2);
            writer.Write(Header);
            writer.Write(Signature);
        }

        static SignedHeader ICanonical<SignedHeader>.Read(ref CanonicalReader reader)
        {
            reader.BeginArray(2);
            return new SignedHeader(reader.Read<BatchHeader>(), reader.ReadSignature());
        }
    }
}
