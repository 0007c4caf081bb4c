using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Records;

/// <summary>How one record takes another one's place. The old one stays what it was, can be asked for by its name, and is not among those
/// that a category stands for.</summary>
/// <remarks>A version counts from when its key is kept, not from when it was stored: until then the old one is the newest, and a version
/// that is rejected changes nothing. Versions are numbered in the order in which they begin to count.</remarks>
internal static class RecordVersions
{
    /// <summary>Why a record cannot be followed by a new version; <see langword="null"/> when it can: it is live, and all that came after
    /// it was erased.</summary>
    public static string? Problem(LedgerState state, AccountId owner, Digest previous)
    {
        if (previous.IsZero)
        {
            return null;
        }

        if (Find(state, owner, previous) is not { Status: RecordStatus.Live } entry)
        {
            return $"The patient has no live record {previous} of which this could be a new version.";
        }

        for (Digest at = entry.Next; !at.IsZero; at = entry.Next)
        {
            entry = Find(state, owner, at)!;
            if (entry.Status == RecordStatus.Live)
            {
                return $"Record {previous} was superseded by {at}; store a new version of the newest.";
            }
        }

        return null;
    }

    /// <summary>A record that has become live takes its place behind the last version of what it supersedes.</summary>
    /// <returns>The record's entry, with its place.</returns>
    public static RecordEntry Follow(LedgerState state, AccountId owner, Digest record, RecordEntry entry)
    {
        if (entry.Previous.IsZero)
        {
            return entry;
        }

        Digest last = entry.Previous;
        RecordEntry known = Find(state, owner, last)!;
        while (!known.Next.IsZero)
        {
            last = known.Next;
            known = Find(state, owner, last)!;
        }

        state.Put(StateKey.Record(owner, last), known with { Next = record });
        return entry with { Previous = last, Version = known.Version + 1 };
    }

    private static RecordEntry? Find(LedgerState state, AccountId owner, Digest record) =>
        state.Get<RecordEntry>(StateKey.Record(owner, record));
}
