using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 9: a validator that signs again after a restart what its log holds signed already.</summary>
[TestFixture]
public sealed class Pitfall09SigningAgain
{
    [Test]
    public void Restarted_validator_sends_its_stored_votes_and_signs_no_others_for_them()
    {
        var before = new MachineHarness();
        Cut cut = before.ProposeBatch(1);
        before.ReceiveVotes(VotePhase.Prepare, 1, cut.Digest, 0, 2);
        Effect.Send[] votes = [.. before.Effects.OfType<Effect.Send>().Where(s => MachineHarness.Decode(s) is Vote)];

        var after = new MachineHarness(log: new LogContents(before.Records, null));
        after.Receive(MachineHarness.Propose(MachineHarness.CutOf(1, 0, MachineHarness.BatchOf(3, 1).Header.Reference)));

        List<Effect.Send> again = [.. after.Effects.OfType<Effect.Send>().Where(s => MachineHarness.Decode(s) is Vote)];
        Assert.That(again.Select(s => s.Message.ToArray()), Is.EqualTo(votes.Select(s => s.Message.ToArray())));
    }
}
