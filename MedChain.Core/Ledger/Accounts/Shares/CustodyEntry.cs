using System.Collections.Immutable;
using System.Numerics;
using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Shares;

/// <summary>Who keeps the shares of a record's key.</summary>
/// <param name="Epoch">The epoch whose validators are the custodians.</param>
/// <param name="Handles">For each custodian the handle of the share that it keeps; zero while it has accepted none.</param>
/// <param name="Order">The order to erase the record; zero without one.</param>
/// <param name="ErasedAt">The block that ordered it; 0 without an order.</param>
/// <param name="Confirmed">The custodians that have signed that their share is destroyed, the first in the lowest bit.</param>
/// <param name="Since">The block in which the key header came.</param>
/// <param name="Superseded">Earlier key headers and deals of the record, which are erased; the last of them.</param>
internal sealed record CustodyEntry(
    long Epoch,
    ImmutableArray<Digest> Handles,
    Digest Order,
    BlockHeight ErasedAt,
    ulong Confirmed,
    BlockHeight Since,
    ImmutableArray<Digest> Superseded) : ICanonical<CustodyEntry>
{
    private const int MaxSuperseded = 256;

    /// <summary>Nobody has accepted yet.</summary>
    public static CustodyEntry New(long epoch, ValidatorSet custodians, BlockHeight since) =>
        new(epoch, [.. Enumerable.Repeat(default(Digest), custodians.Count)], default, default, 0, since, []);

    /// <summary>The last of a list of superseded attachments: those before were erased long ago.</summary>
    public static ImmutableArray<Digest> Bound(ImmutableArray<Digest> superseded) =>
        superseded.Length > MaxSuperseded ? superseded[^MaxSuperseded..] : superseded;

    /// <summary>How many custodians have accepted their shares.</summary>
    public int Accepted => Handles.Count(h => !h.IsZero);

    /// <summary>How many custodians have confirmed the erasure.</summary>
    public int Confirmations => BitOperations.PopCount(Confirmed);

    public bool HasConfirmed(int custodian) => (Confirmed >> custodian & 1) == 1;

    public CustodyEntry WithConfirmed(int custodian) => this with { Confirmed = Confirmed | 1UL << custodian };

    /// <summary>The custodian that a key is the operator of; −1 for none.</summary>
    public static int IndexOf(ValidatorSet custodians, PublicKey operatorKey)
    {
        for (int i = 0; i < custodians.Count; i++)
        {
            if (custodians.Members[i].OperatorKey == operatorKey)
            {
                return i;
            }
        }

        return -1;
    }

    void ICanonical<CustodyEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(7);
        writer.Write(Epoch);
        writer.WriteDigests(Handles);
        writer.Write(Order);
        writer.Write(ErasedAt);
        writer.Write(Confirmed);
        writer.Write(Since);
        writer.WriteDigests(Superseded);
    }

    static CustodyEntry ICanonical<CustodyEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(7);
        return new CustodyEntry(
            reader.ReadNonNegative(),
            reader.ReadDigests(ValidatorSet.MaxCount),
            reader.ReadDigest(),
            reader.ReadHeight(),
            reader.ReadUInt64(),
            reader.ReadHeight(),
            reader.ReadDigests(MaxSuperseded));
    }
}
