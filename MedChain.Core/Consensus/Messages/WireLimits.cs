using MedChain.Core.Blocks;

namespace MedChain.Core.Consensus.Messages;

/// <summary>Largest sizes that a decoder accepts, whatever the options. Part of the protocol: changing one changes the wire.</summary>
internal static class WireLimits
{
    public const int MaxTransactionBytes = 1024 * 1024;

    public const int MaxBatchTransactions = 65_536;

    /// <summary>Payload of a batch: all its transactions, encoded.</summary>
    public const int MaxPayloadBytes = 4 * 1024 * 1024;

    /// <summary>A whole batch: payload, header, signature.</summary>
    public const int MaxBatchBytes = MaxPayloadBytes + 1024;

    /// <summary>Payloads that one block takes; a cut that covers more is taken up to here and the rest waits for the next cut.</summary>
    public const int MaxBlockPayloadBytes = 8 * 1024 * 1024;

    public const int MaxWindow = 64;

    /// <summary>Slots that one ViewChange can speak of: the acceptance window is twice the voting window.</summary>
    public const int MaxViewChangeEntries = 2 * MaxWindow;

    /// <summary>Batches by which a cut may be ahead of the delivered frontier of its lane.</summary>
    public const int MaxLaneGap = 1024;

    public const int MaxBatchesInBlock = MaxLaneGap * ValidatorSet.MaxCount;

    public const int MaxFetchedBatches = 64;

    public const int MaxFetchedBlocks = 64;

    /// <summary>A stored block without its receipts.</summary>
    public const int MaxBlockBytes = 48 * 1024 * 1024;

    /// <summary>The upper part of a state, down to its chunks.</summary>
    public const int MaxManifestBytes = 48 * 1024 * 1024;

    /// <summary>A chunk of a state. They are cut far smaller, but one entry cannot be cut.</summary>
    public const int MaxChunkBytes = 16 * 1024 * 1024;

    public const int MaxMessageBytes = 56 * 1024 * 1024;
}
