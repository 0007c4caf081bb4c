using MedChain.Core.Consensus;
using MedChain.Core.Ledger;

namespace MedChain.Core.Nodes;

/// <summary>What the validators of one process share: verified signatures, so that each is verified once, and attachments. One process is
/// one trust domain: validators of institutions that do not trust each other run in different processes, each with its own. Thread
/// safe.</summary>
public sealed class ProcessCaches
{
    internal SignatureCache Votes { get; } = new();

    internal AttachmentCache Attachments { get; } = new();

    internal BlobUsers BlobUsers { get; } = new();

    internal VerifiedTransactions Transactions { get; } = new();
}
