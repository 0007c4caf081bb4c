using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;

namespace MedChain.Core.Consensus.Machine;

/// <summary>Who checks the transactions of a batch where validators vouch for one another: its owner, and of the others as many as make a
/// quorum with it, in turn by height.</summary>
internal static class VouchedBatches
{
    /// <summary>Transactions from which on checking them costs more than the certificate of those who did.</summary>
    public const int MinTransactions = 8;

    /// <summary>Whether a validator has to check a batch at once.</summary>
    /// <param name="validators">The epoch's validators.</param>
    /// <param name="header">The batch.</param>
    /// <param name="validator">The validator's index; one that is none of them checks everything.</param>
    /// <param name="from">Transactions from which on a batch is shared out.</param>
    public static bool IsAssigned(ValidatorSet validators, BatchHeader header, int validator, int from)
    {
        if (validator < 0 || validator == header.Lane || header.Count < from)
        {
            return true;
        }

        int others = validators.Count - 1;
        int place = (validator - header.Lane - 1 + validators.Count) % validators.Count;
        int turn = (place + others - (int)(header.Height % others)) % others;
        return turn < validators.Quorum - 1;
    }
}
