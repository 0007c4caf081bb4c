using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Machine;

/// <summary>What the caller must now do, in this order.</summary>
internal abstract record Effect
{
    /// <summary>Append a record to the consensus log. Tickets count up by one.</summary>
    public sealed record Persist(long Ticket, LogRecord Record) : Effect;

    /// <summary>Send a message once the record of a ticket, and all before it, are durable.</summary>
    /// <param name="To">The receiver, or <see cref="Everyone"/> for all others.</param>
    /// <param name="Message">The bytes.</param>
    /// <param name="After">The ticket; 0 for at once.</param>
    public sealed record Send(int To, ReadOnlyMemory<byte> Message, long After) : Effect
    {
        public const int Everyone = -1;
    }

    /// <summary>Run the next block through the state machine and answer with <see cref="Input.BlockExecuted"/>.</summary>
    public sealed record Execute(BlockHeight Height, long Time, BlockBody Body) : Effect;

    /// <summary>Append an executed block to the block store, under this header.</summary>
    public sealed record StoreBlock(BlockHeader Header) : Effect;

    /// <summary>Store the certificate of a stored block and tell the state machine.</summary>
    public sealed record Certify(BlockHeader Header, SealCertificate Certificate) : Effect;

    /// <summary>Let the log drop the records of slots up to this one, after the ticket is durable.</summary>
    public sealed record TrimLog(SlotNumber Slot, long After) : Effect;

    /// <summary>Read blocks from the store and send them to a peer.</summary>
    public sealed record ServeBlocks(int To, BlockHeight From, int Count) : Effect;

    /// <summary>The blocks that are missing here are not to be had, or too many: fetch a state from one of these peers.</summary>
    /// <param name="Above">Only a later state is of use.</param>
    /// <param name="Peers">Who says that it is further, in order of index.</param>
    public sealed record FallBehind(BlockHeight Above, ImmutableArray<int> Peers) : Effect;

    /// <summary>What <see cref="EpochMachine"/> makes of <see cref="FallBehind"/>.</summary>
    public sealed record FetchState(BlockHeight Above, ValidatorHistory History, ImmutableArray<PublicKey> Peers) : Effect;

    /// <summary>Nothing is being executed: put the received state in the place of this validator's own, let the store begin after its
    /// block, make both durable, and answer with <see cref="Input.StateInstalled"/>.</summary>
    public sealed record InstallState(Checkpoint Checkpoint, ValidatorHistory History) : Effect;

    /// <summary>A received state is of no use any more: the blocks came first.</summary>
    public sealed record DropState(Checkpoint Checkpoint) : Effect;

    /// <summary>What <see cref="EpochMachine"/> makes of <see cref="Send"/>: receivers by their voting keys.</summary>
    public sealed record Post(ImmutableArray<PublicKey> To, ReadOnlyMemory<byte> Message, long After) : Effect;

    /// <summary>What <see cref="EpochMachine"/> makes of <see cref="ServeBlocks"/>: blocks of one epoch, not above its last.</summary>
    public sealed record Serve(ImmutableArray<PublicKey> To, long Epoch, BlockHeight From, BlockHeight Last, int Count) : Effect;

    /// <summary>Make the stored blocks durable soon, and answer with <see cref="Input.BlocksDurable"/>.</summary>
    public sealed record FlushBlocks : Effect;

    /// <summary>The validators of the next epoch are known: its messages can be verified.</summary>
    public sealed record EpochChosen(ChainEpoch Next) : Effect;

    /// <summary>An epoch has begun here: the last of the history.</summary>
    public sealed record EpochEntered(ValidatorHistory History, bool IsMember) : Effect;

    /// <summary>A validator signed two statements that exclude each other.</summary>
    public sealed record Report(Evidence Evidence) : Effect;

    /// <summary>An invariant is broken: stop this validator for good.</summary>
    public sealed record Halt(string Reason) : Effect;
}
