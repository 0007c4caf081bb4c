using System.Runtime.CompilerServices;
using MedChain.Core.Consensus;
using MedChain.Core.Contracts;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Clients;

/// <summary>Reads what calls of contracts did, block by block.</summary>
internal static class ContractLog
{
    public static async IAsyncEnumerable<ContractLogEntry> ReadAsync(
        HostedChain chain, EntityUid? contract, BlockHeight from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IBlockStore store = chain.Best.Options.BlockStore;
        BlockHeight head = store.Head;
        for (BlockHeight height = from > store.First ? from : store.First; height <= head; height = height.Next)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // The store may drop old blocks while somebody reads.
            if (store.TryRead(height) is not { } stored)
            {
                continue;
            }

            DecodedBlock block = BlockReader.Read(stored);
            for (int i = 0; i < block.Receipts.Count; i++)
            {
                ContractEffect[] effects =
                [
                    .. (Canonical.Decode<Receipt>(block.Receipts[i]).Call?.Effects ?? [])
                        .Where(e => contract is null || e.Contract.Equals(contract)),
                ];
                if (effects.Length == 0)
                {
                    continue;
                }

                AccountId caller = Canonical.Decode<Transaction>(block.Transactions[i]).Sender;
                var time = DateTimeOffset.FromUnixTimeMilliseconds(block.Header.Time);
                ChainProof? proof = TransactionProofs.TryProve(store, block, i);
                foreach (ContractEffect effect in effects)
                {
                    yield return new ContractLogEntry(height, time, caller, effect, proof);
                }
            }

            await Task.Yield();
        }
    }
}
