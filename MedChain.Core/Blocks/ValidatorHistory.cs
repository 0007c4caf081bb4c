using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Blocks;

/// <summary>Who validated a chain when: verified from the validators of its genesis through one handoff certificate for each later epoch.
/// Immutable; all that a light client needs to check proofs of any epoch.</summary>
public sealed class ValidatorHistory
{
    /// <summary>Most handoffs that <see cref="TryRead"/> takes.</summary>
    public const int MaxHandoffs = 65_536;

    private ValidatorHistory(ChainId chain, ImmutableArray<ChainEpoch> epochs, ImmutableArray<Handoff> handoffs)
    {
        Chain = chain;
        Epochs = epochs;
        Handoffs = handoffs;
    }

    /// <summary>Initializes the history of a chain that is in epoch 0.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="genesis">The validators of its genesis.</param>
    public ValidatorHistory(ChainId chain, ValidatorSet genesis)
        : this(chain, [new ChainEpoch(0, default, genesis ?? throw new ArgumentNullException(nameof(genesis)))], [])
    {
    }

    /// <summary>Gets the chain.</summary>
    public ChainId Chain { get; }

    /// <summary>Gets the epochs from 0, each at its number.</summary>
    public ImmutableArray<ChainEpoch> Epochs { get; }

    /// <summary>Gets the handoff that ended each epoch but the last one.</summary>
    public ImmutableArray<Handoff> Handoffs { get; }

    /// <summary>Gets the last known epoch.</summary>
    public ChainEpoch Latest => Epochs[^1];

    /// <summary>Finds an epoch.</summary>
    /// <param name="epoch">Its number.</param>
    /// <returns>The epoch, or <see langword="null"/> when it is not known.</returns>
    public ChainEpoch? Find(long epoch) => epoch >= 0 && epoch < Epochs.Length ? Epochs[(int)epoch] : null;

    /// <summary>Finds the epoch of a block, as far as the history goes: a block above the last known handoff counts to the last known
    /// epoch.</summary>
    /// <param name="height">The block's height, from 1.</param>
    /// <returns>The epoch.</returns>
    public ChainEpoch At(BlockHeight height)
    {
        int low = 0;
        int high = Epochs.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = Epochs[middle].Start < height ? (middle, high) : (low, middle - 1);
        }

        return Epochs[low];
    }

    /// <summary>Says whether a quorum of the header's epoch sealed it.</summary>
    /// <param name="header">The header.</param>
    /// <param name="seal">The certificate.</param>
    /// <returns><see langword="false"/> for a wrong certificate, or an epoch that is not known here.</returns>
    public bool Verify(BlockHeader header, SealCertificate seal)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(seal);
        return header.Chain == Chain
            && Find(header.Epoch) is { } epoch
            && header.Height > epoch.Start
            && (Find(header.Epoch + 1) is not { } next || header.Height <= next.Start)
            && seal.Verify(header, epoch.Validators);
    }

    /// <summary>Follows the chain into its next epoch.</summary>
    /// <param name="handoff">What should end <see cref="Latest"/>.</param>
    /// <returns>The longer history, or <see langword="null"/> when the handoff does not verify.</returns>
    public ValidatorHistory? TryAdd(Handoff handoff)
    {
        ArgumentNullException.ThrowIfNull(handoff);
        return handoff.Header.Height > Latest.Start && handoff.Verify(Chain, Latest.Number, Latest.Validators)
            ? Follow(handoff)
            : null;
    }

    /// <summary>Follows a handoff that was verified before.</summary>
    internal ValidatorHistory Follow(Handoff handoff) => new(
        Chain,
        Epochs.Add(new ChainEpoch(Latest.Number + 1, handoff.Header.Height, handoff.Next)),
        Handoffs.Add(handoff));

    /// <summary>Encodes the handoffs for a file or a message.</summary>
    /// <returns>Canonical bytes; without the genesis, which the reader must know.</returns>
    public byte[] ToBytes() => Canonical.Encode(new HandoffList(Handoffs));

    /// <summary>Reads and verifies a history from bytes of any origin.</summary>
    /// <param name="bytes">What <see cref="ToBytes"/> gave.</param>
    /// <param name="chain">The chain it must be of.</param>
    /// <param name="genesis">The validators of the chain's genesis.</param>
    /// <param name="history">The history, or <see langword="null"/>.</param>
    /// <returns>Whether every handoff verifies.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, ChainId chain, ValidatorSet genesis, out ValidatorHistory? history)
    {
        history = null;
        if (!Canonical.TryDecode(bytes, out HandoffList list, out _))
        {
            return false;
        }

        var known = new ValidatorHistory(chain, genesis);
        foreach (Handoff handoff in list.Handoffs)
        {
            if (known.TryAdd(handoff) is not { } longer)
            {
                return false;
            }

            known = longer;
        }

        history = known;
        return true;
    }

    private readonly record struct HandoffList(ImmutableArray<Handoff> Handoffs) : ICanonical<HandoffList>
    {
        void ICanonical<HandoffList>.Write(ref CanonicalWriter writer) => writer.WriteList(Handoffs);

        static HandoffList ICanonical<HandoffList>.Read(ref CanonicalReader reader) => new([.. reader.ReadList<Handoff>(MaxHandoffs)]);
    }
}
