using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 8: a PreparedCert that is not durable before its Commit. After a crash the ViewChange would forget it, and with it
/// perhaps a decision.</summary>
[TestFixture]
public sealed class Pitfall08PreparedBeforeCommit
{
    [Test]
    public void Third_prepare_of_four_persists_then_commits()
    {
        var harness = new MachineHarness();
        Cut cut = harness.ProposeBatch(1);
        harness.ReceiveVotes(VotePhase.Prepare, 1, cut.Digest, 0);
        _ = harness.News;

        harness.ReceiveVotes(VotePhase.Prepare, 1, cut.Digest, 2);

        List<Effect> news = harness.News;
        var persist = (Effect.Persist)news[0];
        var send = (Effect.Send)news[1];
        Assert.That((RecordKind)persist.Record.Kind, Is.EqualTo(RecordKind.Prepared));
        Assert.That(send.After, Is.EqualTo(persist.Ticket));
        Assert.That(((Vote)MachineHarness.Decode(send)).Phase, Is.EqualTo(VotePhase.Commit));
    }

    /// <summary>The validator loses its power after any of its records.</summary>
    [Test]
    public void Every_commit_that_left_is_shown_by_the_view_change_after_a_restart_whenever_the_power_fails()
    {
        var before = new MachineHarness();
        for (long slot = 1; slot <= 3; slot++)
        {
            before.ReceiveVotes(VotePhase.Prepare, slot, before.ProposeBatch(slot).Digest, 0, 2);
        }

        int shown = 0;
        for (int durable = 1; durable <= before.Records.Count; durable++)
        {
            Vote[] left = [.. MachineHarness.Sent(before.Effects.OfType<Effect.Send>().Where(s => s.After <= durable)).OfType<Vote>()];
            var after = new MachineHarness(log: new LogContents([.. before.Records.Take(durable)], null));
            after.Pass(5_000);
            ViewChangeEntry[] entries = [.. MachineHarness.Sent(after.Effects).OfType<ViewChange>().FirstOrDefault()?.Entries ?? []];
            foreach (Vote commit in left.Where(v => v.Phase == VotePhase.Commit))
            {
                Assert.That(entries.Single(e => e.Slot == commit.Slot).Prepared?.Value, Is.EqualTo(commit.Value), $"{durable} records");
                shown++;
            }
        }

        Assert.That(shown, Is.GreaterThan(3));
    }
}
