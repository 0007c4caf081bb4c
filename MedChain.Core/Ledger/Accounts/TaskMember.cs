using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>A patient's part in a task that is under way: in the state from the round that authorises it until the task's record is here,
/// so that whatever ends her permit is noticed in the same block.</summary>
/// <param name="Grant">The grant that permits.</param>
/// <param name="Records">The records it opens.</param>
/// <param name="HasLeft">Whether her permit fell while the task ran: the task does not ask her again.</param>
internal sealed record TaskMember(Digest Grant, ImmutableArray<Digest> Records, bool HasLeft) : ICanonical<TaskMember>
{
    void ICanonical<TaskMember>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Grant);
        writer.WriteDigests(Records);
        writer.Write(HasLeft);
    }

    static TaskMember ICanonical<TaskMember>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new TaskMember(reader.ReadDigest(), reader.ReadDigests(DecisionEntry.MaxRecords), reader.ReadBoolean());
    }
}
