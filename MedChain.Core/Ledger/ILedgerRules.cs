using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>The deterministic rules of one kind of chain: functions of state and input, without clock, randomness or I/O.</summary>
internal interface ILedgerRules
{
    Genesis Genesis { get; }

    /// <summary>The state before the first block.</summary>
    void WriteGenesis(LedgerState state);

    /// <summary>Checks a command without the state.</summary>
    /// <returns><see langword="null"/>, or why it can never be applied.</returns>
    string? Check(ReadOnlyMemory<byte> body);

    /// <summary>Attachments that a command brings and without which it must not be ordered.</summary>
    IEnumerable<Digest> Brings(ReadOnlyMemory<byte> body);

    /// <summary>Attachments that applying a command will read, in this state.</summary>
    IEnumerable<Digest> Reads(LedgerState state, ReadOnlyMemory<byte> body);

    /// <summary>Whether an attachment is erased by order, in this state: then nobody may read it any more.</summary>
    bool IsErased(LedgerState state, Digest attachment) => false;

    /// <summary>The signing key that an account uses; <see langword="null"/> for an unknown account.</summary>
    PublicKey? KeyOf(LedgerState state, AccountId account);

    /// <summary>Applies a command. What it wrote is undone by the caller when it refuses.</summary>
    /// <returns><see langword="null"/> when applied, else why it is refused.</returns>
    string? Apply(LedgerState state, Transaction transaction, LedgerContext context);
}
