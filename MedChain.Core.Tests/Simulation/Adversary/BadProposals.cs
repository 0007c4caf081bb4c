using System.Collections.Immutable;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Simulation.Adversary;

/// <summary>What a lying leader proposes.</summary>
internal sealed class BadProposals(OwnKey key, SeededRandom random)
{
    /// <summary>How many ways there are.</summary>
    public const int Kinds = 9;

    private readonly Dictionary<int, BatchReference> _oldTips = [];
    private ImmutableArray<BatchReference> _lastTips = [];

    /// <summary>Another proposal, or none, for a slot.</summary>
    /// <param name="message">The machine's proposal.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="other">Whether the receiver is one of those that a leader with two proposals gives the second.</param>
    /// <param name="kind">Which way.</param>
    public ReadOnlyMemory<byte>? Replace(PrePrepare message, ReadOnlyMemory<byte> bytes, bool other, int kind)
    {
        Cut cut = message.Cut;
        ImmutableArray<BatchReference> tips = cut.Tips;
        Cut? replaced = kind switch
        {
            0 => WithTips(cut, tips.RemoveAt(0)), // Censors a lane, and proposes nothing when it is the only one.
            1 => WithTips(cut, [.. tips.Select(t => _oldTips.GetValueOrDefault(t.Lane, t))]), // Stale.
            2 => WithTips(cut, [.. tips.Select(t => t with { Digest = new Digest(random.Bytes(Digest.Size)) })]), // Invented.
            3 => WithTips(cut, []),
            4 => _lastTips.IsEmpty ? null : WithTips(cut, _lastTips), // Overlaps the slot before.
            5 => WithTips(cut, tips.SetItem(tips.Length - 1, tips[^1] with { Lane = 60 })),
            6 => other ? WithTips(cut, tips, cut.ProposedAt + 1) : null, // Two proposals for a slot.
            7 => WithTips(cut, tips, cut.ProposedAt + 1_000_000),
            _ => cut,
        };
        foreach (BatchReference tip in tips)
        {
            _oldTips.TryAdd(tip.Lane, tip);
        }

        _lastTips = tips;
        if (kind == Kinds - 1)
        {
            return cut.Slot.Value % 3 == 0 ? (ReadOnlyMemory<byte>?)null : bytes; // Leaves slots out and goes on with higher ones.
        }

        return replaced is null ? bytes : Envelope.Encode(key.Sign(message with { Cut = replaced }));
    }

    private static Cut WithTips(Cut cut, ImmutableArray<BatchReference> tips, long? proposedAt = null) =>
        new(cut.Chain, cut.Epoch, cut.Slot, cut.Proposer, proposedAt ?? cut.ProposedAt, tips, cut.View, cut.Start);
}
