using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>All to all, now and then: where the sender is. Unsigned and only a hint: it makes peers fetch what is certified, or send what
/// the sender lacks.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="View">The view the sender is in or wants to enter.</param>
/// <param name="Active">Whether it has entered that view.</param>
/// <param name="Stored">Its last stored block.</param>
/// <param name="Sealed">The height of its best seal certificate.</param>
/// <param name="First">The first block that it still has; from 1.</param>
/// <param name="Validators">The hash of the epoch's validator set, as the sender was configured.</param>
internal sealed record Status(
    long Epoch, ViewNumber View, bool Active, BlockHeight Stored, BlockHeight Sealed, BlockHeight First, Digest Validators)
    : ConsensusMessage, ICanonical<Status>
{
    public override MessageKind Kind => MessageKind.Status;

    public override long Epoch { get; init; } = Epoch;

    void ICanonical<Status>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(7);
        writer.Write(Epoch);
        writer.Write(View);
        writer.Write(Active);
        writer.Write(Stored);
        writer.Write(Sealed);
        writer.Write(First);
        writer.Write(Validators);
    }

    static Status ICanonical<Status>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(7);
        return new Status(
            reader.ReadNonNegative(),
            reader.ReadView(),
            reader.ReadBoolean(),
            reader.ReadHeight(),
            reader.ReadHeight(),
            reader.ReadHeight(),
            reader.ReadDigest());
    }
}
