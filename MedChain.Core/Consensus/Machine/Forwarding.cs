using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>Gives transactions that a validator will not order any more to those who stay: to one to order them, and to f others in case
/// that it fails, as a client does. Once: whoever waits for a receipt sends again.</summary>
internal static class Forwarding
{
    public static IEnumerable<Effect.Post> Of(PublicKey self, ChainEpoch epoch, IReadOnlyList<ReadOnlyMemory<byte>> transactions)
    {
        ValidatorSet members = epoch.Validators;
        int first = HomeLane.Of(Digest.Of(self.ToArray()), members.Count);
        foreach (ReadOnlyMemory<byte>[] part in Split(transactions))
        {
            for (int i = 0; i < members.Weak; i++)
            {
                PublicKey to = members.Members[(first + i) % members.Count].VotingKey;
                var message = new ForwardedTransactions(epoch.Number, IsBackup: i > 0, part);
                yield return new Effect.Post([to], Envelope.Encode(message), 0);
            }

            first = (first + 1) % members.Count;
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>[]> Split(IReadOnlyList<ReadOnlyMemory<byte>> transactions)
    {
        List<ReadOnlyMemory<byte>> part = [];
        long size = 0;
        foreach (ReadOnlyMemory<byte> transaction in transactions)
        {
            if (part.Count == ForwardedTransactions.MaxCount
                || (part.Count > 0 && size + transaction.Length > ForwardedTransactions.MaxBytes))
            {
                yield return [.. part];
                part.Clear();
                size = 0;
            }

            part.Add(transaction);
            size += transaction.Length;
        }

        if (part.Count > 0)
        {
            yield return [.. part];
        }
    }
}
