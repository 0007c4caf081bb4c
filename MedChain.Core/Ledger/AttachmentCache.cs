using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>Attachments that were read lately, for all validators of one process: a task makes each of them read the manifests and policies
/// of all patients, in every round. A blob is named by its content, so what is remembered is never stale. Thread safe.</summary>
/// <remarks>Holds up to twice <see cref="GenerationBytes"/>, and no attachment above <see cref="MaxBytes"/>.</remarks>
internal sealed class AttachmentCache
{
    public const int MaxBytes = 64 * 1024;
    public const int GenerationBytes = 16 * 1024 * 1024;

    private readonly Lock _lock = new();
    private Dictionary<Digest, ReadOnlyMemory<byte>> _recent = [];
    private Dictionary<Digest, ReadOnlyMemory<byte>> _older = [];
    private int _recentBytes;

    public bool TryGet(Digest commitment, out ReadOnlyMemory<byte> attachment)
    {
        lock (_lock)
        {
            if (_recent.TryGetValue(commitment, out attachment))
            {
                return true;
            }

            if (!_older.TryGetValue(commitment, out attachment))
            {
                return false;
            }

            Keep(commitment, attachment);
            return true;
        }
    }

    public void Add(Digest commitment, ReadOnlyMemory<byte> attachment)
    {
        if (attachment.Length > MaxBytes)
        {
            return;
        }

        lock (_lock)
        {
            Keep(commitment, attachment);
        }
    }

    /// <summary>Forgets an attachment that is erased.</summary>
    public void Remove(Digest commitment)
    {
        lock (_lock)
        {
            if (_recent.Remove(commitment, out ReadOnlyMemory<byte> attachment))
            {
                _recentBytes -= attachment.Length;
            }

            _older.Remove(commitment);
        }
    }

    private void Keep(Digest commitment, ReadOnlyMemory<byte> attachment)
    {
        if (!_recent.TryAdd(commitment, attachment))
        {
            return;
        }

        _recentBytes += attachment.Length;
        if (_recentBytes > GenerationBytes)
        {
            _older = _recent;
            _recent = [];
            _recentBytes = 0;
        }
    }
}
