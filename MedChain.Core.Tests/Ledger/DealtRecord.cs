using MedChain.Core.Custody;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;

namespace MedChain.Core.Tests.Ledger;

/// <summary>A record that is on its way onto a chain, with its ciphertext.</summary>
internal sealed record DealtRecord(SealedRecord Sealed, IReadOnlyList<byte[]> Chunks, IReadOnlyList<byte[]> Pages)
{
    public StoreRecord Command => Sealed.Command;

    public Attachment Manifest => Sealed.Manifest;

    public Attachment KeyHeader => Sealed.KeyHeader;
}
