using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Who may hand over transactions, and how many.</summary>
[TestFixture]
public sealed class ForwardDeskTests
{
    private static readonly PublicKey Leaver = new(Digest.Of([1]).ToArray());
    private static readonly PublicKey Stranger = new(Digest.Of([2]).ToArray());
    private static readonly CbftLimits Small = new() { MaxLaneBytes = 2 * 1024 * 1024, MaxPendingBytes = 1024 };
    private List<(int Length, bool IsBackup)> _taken = null!;
    private ForwardDesk _desk = null!;

    [SetUp]
    public void Start()
    {
        _taken = [];
        _desk = new ForwardDesk((transaction, isBackup) => _taken.Add((transaction.Length, isBackup)), Small);
        _desk.SetLeavers([Leaver]);
    }

    [Test]
    public void Leaver_hands_over_in_order_and_as_a_backup_where_it_says_so()
    {
        _desk.Take(Leaver, Forward(isBackup: false, 1, 2));
        _desk.Take(Leaver, Forward(isBackup: true, 3));
        Assert.That(_taken, Is.EqualTo([(1, false), (2, false), (3, true)]));
    }

    [Test]
    public void Nobody_else_does()
    {
        _desk.Take(Stranger, Forward(isBackup: false, 1));
        _desk.SetLeavers([]);
        _desk.Take(Leaver, Forward(isBackup: false, 1));
        Assert.That(_taken, Is.Empty);
    }

    [Test]
    public void Leaver_hands_over_no_more_than_its_lane_and_pool_could_hold()
    {
        ForwardedTransactions large = Forward(isBackup: false, 1024 * 1024);
        for (int i = 0; i < 10; i++)
        {
            _desk.Take(Leaver, large);
        }

        _desk.SetLeavers([Leaver]);
        _desk.Take(Leaver, large);
        Assert.That(_taken, Has.Count.InRange(1, 4), "twice 2 MiB and a little");
    }

    private static ForwardedTransactions Forward(bool isBackup, params int[] sizes) =>
        new(1, isBackup, [.. sizes.Select(size => (ReadOnlyMemory<byte>)new byte[size])]);
}
