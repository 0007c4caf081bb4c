using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;

namespace MedChain.Core.Custody;

/// <summary>What puts an encrypted record on the chain: the attachments, and the command that holds the commitments.</summary>
/// <param name="Manifest">What it is and where its chunks are.</param>
/// <param name="KeyHeader">The shared key.</param>
/// <param name="Command">The command.</param>
internal sealed record SealedRecord(Attachment Manifest, Attachment KeyHeader, StoreRecord Command);
