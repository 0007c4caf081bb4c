using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Contracts;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>What a command is applied in: the block, and the attachments it reads. Collects its events and derived documents.</summary>
internal sealed class LedgerContext
{
    private readonly Func<Digest, ReadOnlyMemory<byte>> _attachments;
    private readonly List<LedgerEvent> _events = [];
    private readonly List<Attachment> _documents = [];

    public LedgerContext(BlockHeight height, long time, long epoch, Func<Digest, ReadOnlyMemory<byte>> attachments)
    {
        Height = height;
        Time = time;
        Epoch = epoch;
        _attachments = attachments;
    }

    public BlockHeight Height { get; }

    /// <summary>Block time in milliseconds since the Unix epoch.</summary>
    public long Time { get; }

    /// <summary>The epoch whose validators decided the block.</summary>
    public long Epoch { get; }

    /// <summary>What a call of a contract cost and gave; <see langword="null"/> for other commands.</summary>
    public ContractReport? Report { get; set; }

    public ImmutableArray<LedgerEvent> Events => [.. _events];

    /// <summary>Documents that the command derived; every validator derives the same, and their commitments are in the state.</summary>
    public IReadOnlyList<Attachment> Documents => _documents;

    public void Emit(LedgerEventKind kind, AccountId subject, Digest reference) => _events.Add(new LedgerEvent(kind, subject, reference));

    public void Derive(Attachment document) => _documents.Add(document);

    /// <summary>The salt of an attachment: secret, and the same on every validator. Zero for a malformed attachment.</summary>
    public Digest SaltOf(Digest commitment) =>
        Canonical.TryDecode(_attachments(commitment), out Attachment? attachment, out _) ? new Digest(attachment.Salt.Span) : default;

    /// <summary>The content of an attachment, or why it cannot be used. Its bytes are the same on every validator.</summary>
    public string? TryReadAttachment<T>(Digest commitment, out T? content)
        where T : ICanonical<T>
    {
        content = default;
        if (_attachments(commitment).IsEmpty)
        {
            return $"Attachment {commitment} was erased by order.";
        }

        if (!Canonical.TryDecode(_attachments(commitment), out Attachment? attachment, out string? reason))
        {
            return $"Attachment {commitment} is malformed: {reason}";
        }

        return Canonical.TryDecode(attachment.Content, out content, out reason)
            ? null
            : $"The content of attachment {commitment} is malformed: {reason}";
    }
}
