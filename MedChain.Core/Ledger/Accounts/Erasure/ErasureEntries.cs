using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Erasure;

/// <summary>An erasure order as the state knows it.</summary>
/// <param name="Owner">Whose records.</param>
/// <param name="Orderer">Who ordered it.</param>
/// <param name="Scope">Which records.</param>
/// <param name="Time">Block time of the order, in milliseconds since the Unix epoch.</param>
/// <param name="Deadline">Block time after which custodians that have not confirmed are overdue.</param>
/// <param name="Records">The records that it caught.</param>
/// <param name="Policies">Attachments of the grants that went with the account; none for another scope.</param>
internal sealed record ErasureEntry(
    AccountId Owner,
    AccountId Orderer,
    ErasureScope Scope,
    long Time,
    long Deadline,
    ImmutableArray<Digest> Records,
    ImmutableArray<Digest> Policies) : ICanonical<ErasureEntry>
{
    void ICanonical<ErasureEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(7);
        writer.Write(Owner);
        writer.Write(Orderer);
        writer.Write(Scope);
        writer.Write(Time);
        writer.Write(Deadline);
        writer.WriteDigests(Records);
        writer.WriteDigests(Policies);
    }

    static ErasureEntry ICanonical<ErasureEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(7);
        return new ErasureEntry(
            reader.ReadAccountId(),
            reader.ReadAccountId(),
            reader.Read<ErasureScope>(),
            reader.ReadNonNegative(),
            reader.ReadNonNegative(),
            reader.ReadDigests(DecisionEntry.MaxRecords),
            reader.ReadDigests(GrantRules.MaxGrants));
    }
}

/// <summary>Says that an attachment is erased, so that nobody asks for it any more: neither the execution of later blocks, nor a check of
/// the chain.</summary>
/// <param name="Order">The erasure order, or the record that was rejected.</param>
/// <param name="Height">The block that ordered it.</param>
internal sealed record ErasedAttachment(Digest Order, BlockHeight Height) : ICanonical<ErasedAttachment>
{
    void ICanonical<ErasedAttachment>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Order);
        writer.Write(Height);
    }

    static ErasedAttachment ICanonical<ErasedAttachment>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new ErasedAttachment(reader.ReadDigest(), reader.ReadHeight());
    }
}

/// <summary>A legal hold in force.</summary>
/// <param name="Authority">The organisation that set it, and alone may lift it.</param>
/// <param name="Record">The record; zero for all of the owner's.</param>
internal sealed record HoldEntry(AccountId Authority, Digest Record) : ICanonical<HoldEntry>
{
    void ICanonical<HoldEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Authority);
        writer.Write(Record);
    }

    static HoldEntry ICanonical<HoldEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new HoldEntry(reader.ReadAccountId(), reader.ReadDigest());
    }
}
