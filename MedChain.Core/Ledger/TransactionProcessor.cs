using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>What is the same for every ledger: who may send, each nonce once, refused commands undone.</summary>
internal static class TransactionProcessor
{
    /// <summary>Checks what can be checked of a transaction's bytes without the state.</summary>
    /// <param name="rules">The ledger's rules.</param>
    /// <param name="bytes">The transaction's bytes.</param>
    /// <param name="verified">Transactions of any chain that passed their own chain's checks before.</param>
    /// <param name="transaction">The transaction, when it passes.</param>
    /// <returns><see langword="null"/>, or why it may not be ordered.</returns>
    public static string? Check(
        ILedgerRules rules, ReadOnlyMemory<byte> bytes, VerifiedTransactions verified, out Transaction? transaction)
    {
        transaction = null;
        if (bytes.Length > Transaction.MaxBytes)
        {
            return $"The transaction has {bytes.Length} bytes; the limit is {Transaction.MaxBytes}.";
        }

        if (!Canonical.TryDecode(bytes, out Transaction? decoded, out string? reason))
        {
            return $"The transaction is malformed: {reason}";
        }

        // Before the cache is asked: the chains of one process share it.
        if (decoded.Chain != rules.Genesis.Chain)
        {
            return $"The transaction is for chain {decoded.Chain}; this is '{rules.Genesis.Name}', {rules.Genesis.Chain}.";
        }

        Digest digest = Digest.Of(bytes.Span);
        if (!verified.Contains(digest))
        {
            if (Problem(rules, decoded) is { } problem)
            {
                return problem;
            }

            verified.Add(digest);
        }

        transaction = decoded;
        return null;
    }

    private static string? Problem(ILedgerRules rules, Transaction transaction)
    {
        if (transaction.Nonce < 1)
        {
            return "The transaction's nonce is 0; nonces start at 1.";
        }

        return rules.Check(transaction.Body) is { } wrong
            ? wrong
            : transaction.HasValidSignature() ? null : "The transaction's signature does not verify under its key.";
    }

    /// <summary>Applies one ordered transaction that <see cref="Check"/> has passed.</summary>
    public static Receipt Apply(ILedgerRules rules, LedgerState state, Transaction transaction, LedgerContext context)
    {
        if (transaction.LastHeight != 0 && context.Height.Value > transaction.LastHeight)
        {
            return Receipt.NotApplied(
                ReceiptStatus.Invalid, $"The transaction was good up to height {transaction.LastHeight}; this is {context.Height}.");
        }

        if (KeyProblem(rules, state, transaction) is { } problem)
        {
            return Receipt.NotApplied(ReceiptStatus.Invalid, problem);
        }

        StateKey nonceKey = StateKey.Nonce(transaction.Sender);
        NonceWindow window = state.GetOrDefault<NonceWindow>(nonceKey);
        if (!window.TryUse(transaction.Nonce, out NonceWindow next))
        {
            return Receipt.NotApplied(
                ReceiptStatus.Duplicate, $"Nonce {transaction.Nonce} was used or is over {NonceWindow.Width} away from {window.Highest}.");
        }

        // A sender without an account leaves a trace only by what is applied: else anybody could fill the state with nonces.
        var untouched = state.Checkpoint();
        bool isRegistered = rules.KeyOf(state, transaction.Sender) is not null;
        state.Put(nonceKey, next);
        var checkpoint = isRegistered ? state.Checkpoint() : untouched;
        if (rules.Apply(state, transaction, context) is not { } refusal)
        {
            return new Receipt(ReceiptStatus.Applied, "", context.Events) { Call = context.Report };
        }

        state.Restore(checkpoint);
        return Receipt.NotApplied(ReceiptStatus.Refused, refusal) with { Call = context.Report };
    }

    /// <summary>A registered account signs with its current key. Anybody else is named by the key alone and may only send what proves
    /// itself, which the rules look after.</summary>
    private static string? KeyProblem(ILedgerRules rules, LedgerState state, Transaction transaction)
    {
        if (rules.KeyOf(state, transaction.Sender) is { } key)
        {
            return key == transaction.Key ? null : $"The transaction is not signed with the current key of account {transaction.Sender}.";
        }

        return transaction.Sender == AccountEntry.Name(rules.Genesis.Chain, transaction.Key)
            ? null
            : $"There is no account {transaction.Sender}, and it is not the name of the signing key.";
    }
}
