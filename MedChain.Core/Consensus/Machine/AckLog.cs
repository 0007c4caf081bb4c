using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>Makes batches and acknowledgements durable before they count (<see cref="FixDurability.Strict"/>), and puts them back after a
/// restart.</summary>
internal sealed class AckLog(MachineContext context, FrontPhase front)
{
    /// <summary>Own acknowledgements that count once they are durable.</summary>
    private readonly Queue<(long Ticket, FixAck Ack)> _beingLogged = new();

    /// <summary>Takes the acknowledgement of a batch.</summary>
    public void Take(LaneEntry entry, FixAck ack)
    {
        WriteBody(entry);
        WriteAck(entry);
        _beingLogged.Enqueue((entry.LogTicket, ack));
    }

    /// <summary>Takes an own batch.</summary>
    /// <returns>The ticket after which it may leave; 0 when the lane does not take it, because a copy of this validator has opened a
    /// later incarnation.</returns>
    public long TakeOwn(Batch batch)
    {
        front.OnBatch(batch, acceptable: true);
        if (front.Find(batch.Header.Reference) is not { } entry)
        {
            return 0;
        }

        WriteBody(entry);
        return entry.LogTicket;
    }

    /// <summary>Counts own acknowledgements that have become durable.</summary>
    public void CountDurable()
    {
        while (_beingLogged.TryPeek(out (long Ticket, FixAck Ack) next) && next.Ticket <= context.DurableTicket)
        {
            front.OnAck(_beingLogged.Dequeue().Ack);
        }
    }

    /// <summary>The body was moved up in the log: so is its acknowledgement.</summary>
    public void OnBodyMoved(LaneEntry entry)
    {
        if (context.Settings.StrictFix)
        {
            WriteAck(entry);
        }
    }

    /// <summary>Puts an acknowledgement back: the same batch is acknowledged again, and no other at its place.</summary>
    public void Restore(FixAck ack)
    {
        Lane lane = front.Lanes[ack.Reference.Lane];
        if (!ack.Reference.IsAfter(lane.Frontier) || ack.Reference.Incarnation < lane.Incarnation)
        {
            return;
        }

        if (ack.Reference.Incarnation > lane.Incarnation)
        {
            lane.OpenIncarnation(ack.Reference.Incarnation);
        }

        if (front.Find(ack.Reference) is { Body: not null } entry && entry.Reference == ack.Reference && lane.ClaimHeight(entry) == entry)
        {
            entry.Acceptable = true;
            if (lane.FindChild(lane.AckTip) == entry)
            {
                entry.Ack = ack;
                lane.AckTip = entry.Reference;
                front.OnAck(ack);
            }
        }
    }

    /// <summary>Sends what was put back: owner and leader may have forgotten it.</summary>
    public void SendRestored()
    {
        foreach (Lane lane in context.State.CanVote ? front.Lanes : [])
        {
            long first = lane.Frontier.Incarnation == lane.Incarnation ? lane.Frontier.Height + 1 : 1;
            for (long height = first; height <= lane.AckTip.Height; height++)
            {
                if (lane.FirstAt(height) is { Ack: not null } entry)
                {
                    front.SendAck(entry);
                }
            }
        }
    }

    /// <summary>Goes on in an incarnation of the own lane, all of whose batches are in the log.</summary>
    /// <returns>The last of them.</returns>
    public BatchReference ResumeOwn(long incarnation)
    {
        Lane lane = front.Lanes[context.Self];
        if (lane.Incarnation < incarnation)
        {
            lane.OpenIncarnation(incarnation);
        }

        BatchReference tip = lane.AckTip;
        while (lane.FindChild(tip) is { } entry && lane.ClaimHeight(entry) == entry)
        {
            entry.Acceptable = true;
            tip = entry.Reference;
        }

        return tip;
    }

    /// <summary>Writes a body under a slot that is trimmed late enough; ordered by a later one, it is written again.</summary>
    private void WriteBody(LaneEntry entry)
    {
        if (entry.LoggedSlot == 0)
        {
            entry.LoggedSlot = context.LastKeptSlot;
            entry.LogTicket = context.Persist(new SlotNumber(entry.LoggedSlot), RecordKind.Batch, entry.Body!.Encoded);
        }
    }

    private void WriteAck(LaneEntry entry)
    {
        if (entry.Ack is { } ack)
        {
            entry.LogTicket = context.Persist(new SlotNumber(entry.LoggedSlot), RecordKind.Ack, Envelope.Encode(ack));
        }
    }
}
