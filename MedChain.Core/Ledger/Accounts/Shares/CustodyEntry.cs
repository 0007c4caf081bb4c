using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Shares;

/// <summary>Who keeps the shares of a record's key.</summary>
/// <param name="Epoch">The epoch whose validators are the custodians.</param>
/// <param name="Handles">For each custodian the handle of the share that it keeps; zero while it has accepted none.</param>
internal sealed record CustodyEntry(long Epoch, ImmutableArray<Digest> Handles) : ICanonical<CustodyEntry>
{
    /// <summary>How many custodians have accepted their shares.</summary>
    public int Accepted => Handles.Count(h => !h.IsZero);

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
        writer.BeginArray(2);
        writer.Write(Epoch);
        writer.WriteDigests(Handles);
    }

    static CustodyEntry ICanonical<CustodyEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new CustodyEntry(reader.ReadNonNegative(), reader.ReadDigests(ValidatorSet.MaxCount));
    }
}
