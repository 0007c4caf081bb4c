using MedChain.Core.Ledger;
using MedChain.Core.Nodes;

namespace MedChain.Core.Clients;

/// <summary>A chain committed the transaction and its rules refused it: the state did not change. The message is the receipt's
/// reason.</summary>
public sealed class RefusedException : Exception
{
    private RefusedException(string message)
        : base(message)
    {
    }

    internal static RefusedException Because(string reason) => new(reason);

    internal static void ThrowIfNotApplied(CommittedTransaction transaction)
    {
        if (transaction.Receipt.Status != ReceiptStatus.Applied)
        {
            throw new RefusedException(transaction.Receipt.Reason);
        }
    }
}
