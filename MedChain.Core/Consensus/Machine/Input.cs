using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>What happened to a validator.</summary>
internal abstract record Input
{
    /// <summary>First of all inputs: the machine may speak.</summary>
    public sealed record Started : Input;

    /// <summary>A message whose signatures and certificates are all good.</summary>
    /// <param name="From">Who handed it over: a hint, messages may be relayed or repeated by anyone.</param>
    /// <param name="Message">The message.</param>
    /// <param name="TransactionsValid">For a batch: whether the state machine's check accepts all its transactions.</param>
    public sealed record MessageReceived(int From, ConsensusMessage Message, bool TransactionsValid = true) : Input;

    /// <summary>A message as <see cref="EpochMachine"/> takes it: from whom, and of any epoch. Its signatures are all good.</summary>
    /// <param name="From">The sender's voting key: a hint.</param>
    /// <param name="Message">The message.</param>
    /// <param name="TransactionsValid">As in <see cref="MessageReceived"/>.</param>
    public sealed record PeerMessage(PublicKey From, ConsensusMessage Message, bool TransactionsValid = true) : Input
    {
        /// <summary>Gets the bytes it came in, for whoever counts them; the machine does not look at it.</summary>
        public int Size { get; init; }
    }

    /// <summary>The transactions of a batch that came unchecked have passed the state machine's check.</summary>
    public sealed record BatchChecked(Batch Batch) : Input;

    /// <summary>Checked transactions for this validator's own lane.</summary>
    public sealed record TransactionsSubmitted(IReadOnlyList<ReadOnlyMemory<byte>> Transactions) : Input;

    /// <summary>Every record up to the ticket survives a power loss.</summary>
    public sealed record Persisted(long Ticket) : Input;

    /// <summary>A block was executed.</summary>
    /// <param name="Height">The block.</param>
    /// <param name="TransactionsRoot">Root over its transactions.</param>
    /// <param name="ReceiptsRoot">Root over their receipts.</param>
    /// <param name="StateRoot">Root of the state after it.</param>
    /// <param name="Chosen">The last choice of validators in that state.</param>
    public sealed record BlockExecuted(
        BlockHeight Height, Digest TransactionsRoot, Digest ReceiptsRoot, Digest StateRoot, ChosenValidators? Chosen = null) : Input;

    /// <summary>Blocks up to this height survive a power loss in the block store.</summary>
    public sealed record BlocksDurable(BlockHeight Height) : Input;

    /// <summary>The state after a later block is here, checked, and may take the place of this validator's own.</summary>
    /// <param name="Checkpoint">The block, verified.</param>
    /// <param name="History">The epochs up to the block's.</param>
    public sealed record StateReceived(Checkpoint Checkpoint, ValidatorHistory History) : Input;

    /// <summary>What <see cref="Effect.InstallState"/> asked for is done, and durable.</summary>
    /// <param name="Checkpoint">The block after which this validator now stands.</param>
    /// <param name="Chosen">The last choice of validators in the state.</param>
    public sealed record StateInstalled(Checkpoint Checkpoint, ChosenValidators? Chosen) : Input;

    /// <summary>The store has dropped its oldest blocks.</summary>
    /// <param name="First">The first block kept.</param>
    public sealed record BlocksPruned(BlockHeight First) : Input;

    /// <summary><see cref="CbftMachine.NextDeadline"/> has come.</summary>
    public sealed record TimePassed : Input;
}
