using MedChain.Core.Primitives;

namespace MedChain.Core.Storage;

/// <summary>One record of a consensus log.</summary>
/// <param name="Slot">The slot it belongs to; the log may drop it once the slot is trimmed. <see cref="Pinned"/> for a record of which the
/// newest of its kind is kept for ever.</param>
/// <param name="Kind">The caller's kind, 0 to 255.</param>
/// <param name="Payload">The caller's bytes, at most <see cref="MaxPayload"/>.</param>
public readonly record struct LogRecord(SlotNumber Slot, byte Kind, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Largest payload in bytes.</summary>
    public const int MaxPayload = 64 * 1024 * 1024;

    /// <summary>The slot of records that are never trimmed, only superseded by a newer one of the same stream and kind.</summary>
    public static readonly SlotNumber Pinned = new(long.MaxValue);
}
