using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>Another chain as this one knows it: enough to check a <see cref="ChainProof"/> from it.</summary>
/// <param name="Name">The chain's name, 1 to 64 characters.</param>
/// <param name="Kind">The chain's kind.</param>
/// <param name="Epoch">The epoch to which it was followed.</param>
/// <param name="Start">The last block of the epoch before; 0 in epoch 0.</param>
/// <param name="Validators">The epoch's validators.</param>
/// <param name="Previous">The validators of the epoch before, whose proofs may still be under way; <see langword="null"/> in epoch
/// 0.</param>
internal sealed record Anchor(
    string Name, ChainKind Kind, long Epoch, BlockHeight Start, ValidatorSet Validators, ValidatorSet? Previous) : ICanonical<Anchor>
{
    public const int MaxNameBytes = 256;

    /// <summary>A chain as its genesis gives it.</summary>
    public static Anchor Of(Genesis genesis) => new(genesis.Name, genesis.Kind, 0, default, genesis.Validators, null);

    /// <summary>Follows the chain into its next epoch; <see langword="null"/> when the handoff does not end <see cref="Epoch"/>.</summary>
    public Anchor? TryAdvance(ChainId chain, Handoff handoff) =>
        handoff.Header.Height > Start && handoff.Verify(chain, Epoch, Validators)
            ? this with { Epoch = Epoch + 1, Start = handoff.Header.Height, Validators = handoff.Next, Previous = Validators }
            : null;

    private ValidatorSet? ValidatorsOf(BlockHeader header) =>
        header.Epoch == Epoch && header.Height > Start ? Validators
        : header.Epoch == Epoch - 1 && header.Height <= Start ? Previous
        : null;

    /// <summary>Checks a proof of one state entry of an anchored chain and reads the entry.</summary>
    /// <param name="state">The state that holds the anchors.</param>
    /// <param name="kind">The kind of chain the proof must come from.</param>
    /// <param name="proof">The proof.</param>
    /// <param name="key">The entry's key on that chain.</param>
    /// <param name="value">The entry.</param>
    /// <param name="reason">Why the proof is not accepted.</param>
    /// <returns>Whether the entry is proved.</returns>
    public static bool TryReadEntry<T>(
        LedgerState state,
        ChainKind kind,
        ChainProof proof,
        StateKey key,
        [NotNullWhen(true)] out T? value,
        [NotNullWhen(false)] out string? reason)
        where T : class, ICanonical<T>
    {
        value = null;
        ChainId chain = proof.Header.Chain;
        if (state.Get<Anchor>(StateKey.Anchor(chain)) is not { } anchor || anchor.Kind != kind)
        {
            reason = $"The proof is from chain {chain}, which is not anchored here as a chain of kind {kind}.";
            return false;
        }

        if (proof.Fact is not ChainFact.StateEntry entry || !entry.Key.Span.SequenceEqual(key.Bytes.Span))
        {
            reason = "The proof is about something else than it is used for.";
            return false;
        }

        if (anchor.ValidatorsOf(proof.SealedHeader) is not { } validators || !proof.Verify(chain, validators))
        {
            reason = $"The proof from chain '{anchor.Name}' at height {proof.Header.Height} does not verify by the validators of epoch "
                + $"{anchor.Epoch}, to which the chain was followed here, or of the one before.";
            return false;
        }

        return Canonical.TryDecode(entry.Value, out value, out reason);
    }

    void ICanonical<Anchor>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(6);
        writer.Write(Name);
        writer.Write((long)Kind);
        writer.Write(Epoch);
        writer.Write(Start);
        writer.Write(Validators);
        writer.WriteOptional(Previous);
    }

    static Anchor ICanonical<Anchor>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(6);
        return new Anchor(
            reader.ReadString(MaxNameBytes),
            (ChainKind)reader.ReadInt32(0, 1),
            reader.ReadNonNegative(),
            reader.ReadHeight(),
            reader.Read<ValidatorSet>(),
            reader.ReadOptional<ValidatorSet>());
    }
}
