using MedChain.Core.Consensus.Messages;

namespace MedChain.Core.Consensus.Machine;

/// <summary>Goes on after a block whose state was given to this validator, as if it had delivered everything up to it. Votes and the view
/// stay what they are: they speak of slots, not of blocks.</summary>
internal sealed class Jumping(
    MachineContext context, string? damage, FrontPhase front, SlotTable slots, Delivery delivery, Sealing sealing, Fetching fetching)
{
    private readonly ReplicaState _state = context.State;

    public void GoOnAfter(Checkpoint checkpoint, ChosenValidators? chosen)
    {
        _state.LacksState = false;
        _state.CanVote = damage is null && context.Settings.IsMember;
        _state.First = checkpoint.Height.Value + 1;
        if (checkpoint.Header.EndsEpoch)
        {
            // The epoch begins here: nothing of it is delivered, and the seal is none of its validators'.
            delivery.Jump(checkpoint.Header, LeaderHistory.Empty with { Start = checkpoint.Height.Value });
            fetching.OnBlocksAnswered();
            return;
        }

        delivery.Jump(checkpoint.Header, checkpoint.Ordering.Leaders);
        foreach (BatchReference frontier in checkpoint.Ordering.Frontier)
        {
            front.Lanes[frontier.Lane].Advance(frontier);
        }

        if (chosen?.Height.Value > _state.Start && _state.LastSlot is null)
        {
            _state.EndAfter(chosen);
            slots.ForgetAbove(chosen.Last.Value);
        }

        sealing.Jump(checkpoint.Height.Value, checkpoint.Seal);
        fetching.OnBlocksAnswered();
    }
}
