using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>Who leads which slot, as far as delivered blocks say: the leaders that failed and when. A pure function of the decided cuts, so
/// every validator that delivered the same blocks has the same history, in whatever views it decided them.</summary>
/// <remarks>A cut names the view in which it was proposed and where that view began, and keeps both when a later view repeats it. When a
/// cut of a higher view follows, the leaders in between failed. Leadership never matters for safety: a validator votes once for a slot in
/// a view, whoever proposed.</remarks>
/// <param name="View">The highest view of a delivered cut.</param>
/// <param name="Start">The last slot that was not free to propose in <paramref name="View"/>.</param>
/// <param name="Slot">The last slot with a cut of <paramref name="View"/>.</param>
/// <param name="Failures">What is still remembered, oldest first.</param>
internal sealed record LeaderHistory(ViewNumber View, long Start, long Slot, ImmutableArray<LeaderFailure> Failures)
    : ICanonical<LeaderHistory>
{
    /// <summary>Slots by which the blacklist lags: votes are given for slots at most twice the largest window above delivery, so whoever
    /// votes for a slot knows the blacklist that it needs.</summary>
    public const int Lag = 2 * WireLimits.MaxWindow;

    /// <summary>Failures remembered; the oldest are forgotten first.</summary>
    public const int MaxFailures = 128;

    public static LeaderHistory Empty { get; } = new(default, 0, 0, []);

    /// <summary>The validator that opens a view, and leads its first slots whatever the blacklist says: it must be the same for validators
    /// that delivered different blocks.</summary>
    public static int OpenerOf(ViewNumber view, int validators) => (int)(view.Value % validators);

    /// <summary>The validator that may propose a slot.</summary>
    /// <param name="view">The view.</param>
    /// <param name="start">The last slot that the view's beginning decided over.</param>
    /// <param name="slot">The slot, above <paramref name="start"/>.</param>
    /// <param name="delivered">How far this history reaches.</param>
    /// <param name="validators">The validators.</param>
    /// <returns>Its index; <see langword="null"/> when this history does not reach far enough to tell.</returns>
    public int? LeaderOf(ViewNumber view, long start, long slot, long delivered, ValidatorSet validators)
    {
        int opener = OpenerOf(view, validators.Count);
        int length = validators.Rules.TermLength;
        long term = length == 0 ? 0 : Math.Max(0, slot - 1 - start) / length;
        if (term == 0)
        {
            return opener;
        }

        long known = start + (term * length) - Lag;
        if (known > delivered)
        {
            return null;
        }

        int[] order = [.. Order(opener, Math.Max(0, known), validators)];
        return order[(int)(term % order.Length)];
    }

    /// <summary>The leaders that a view begun with <paramref name="opener"/> goes through, without those on the blacklist after a
    /// block.</summary>
    public IEnumerable<int> Order(int opener, long height, ValidatorSet validators)
    {
        int[] excluded = Blacklist(height, validators);
        return Enumerable.Range(0, validators.Count).Select(i => (opener + i) % validators.Count).Where(i => !excluded.Contains(i));
    }

    /// <summary>The validators not to lead after a block: those that failed last, at most f, so that at least n − f remain.</summary>
    public int[] Blacklist(long height, ValidatorSet validators) =>
    [
        .. Failures.Reverse()
            .Where(f => f.Slot <= height && height < f.Slot + validators.Rules.BlacklistBlocks && (f.Left == 0 || f.Left > height))
            .Select(f => f.Validator)
            .Distinct()
            .Take(validators.MaxFaulty),
    ];

    /// <summary>The next view worth trying: one whose opener is not on the blacklist.</summary>
    /// <remarks>Only this validator's own guess. Validators that delivered different blocks may guess differently; then those behind follow
    /// the others, as in any view change.</remarks>
    public ViewNumber NextView(ViewNumber view, long delivered, ValidatorSet validators)
    {
        int[] excluded = Blacklist(delivered, validators);
        ViewNumber next = view.Next;
        while (excluded.Contains(OpenerOf(next, validators.Count)))
        {
            next = next.Next;
        }

        return next;
    }

    /// <summary>The history after one more block.</summary>
    /// <param name="slot">The block's slot.</param>
    /// <param name="cut">Its cut; <see langword="null"/> for NULL.</param>
    /// <param name="advanced">The lanes that added batches.</param>
    /// <param name="validators">The validators.</param>
    public LeaderHistory After(long slot, Cut? cut, IReadOnlyCollection<int> advanced, ValidatorSet validators)
    {
        if (cut is null || validators.Rules.BlacklistBlocks == 0)
        {
            return this;
        }

        List<LeaderFailure> failures = [.. Failures.Where(f => slot < f.Slot + Remembered(validators.Rules))];
        for (int i = 0; i < failures.Count; i++)
        {
            if (failures[i].Left == 0 && advanced.Contains(failures[i].Validator))
            {
                int blocks = failures[i].Blocks + 1;
                bool leaves = blocks >= validators.Count - validators.MaxFaulty;
                failures[i] = failures[i] with { Blocks = blocks, Left = leaves ? slot : 0 };
            }
        }

        if (cut.View < View)
        {
            return this with { Failures = [.. failures] };
        }

        if (cut.View > View)
        {
            failures.AddRange(FailedBefore(cut, slot, validators));
        }

        return new LeaderHistory(cut.View, cut.Start, slot, [.. failures.TakeLast(MaxFailures)]);
    }

    /// <inheritdoc/>
    public bool Equals(LeaderHistory? other) =>
        other is not null && (View, Start, Slot) == (other.View, other.Start, other.Slot) && Failures.SequenceEqual(other.Failures);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(View, Start, Slot, Failures.Length);

    /// <summary>The one that led where the old view stopped, and the openers of the views that decided nothing. The new cut's proposer is
    /// none of them: it works again.</summary>
    private IEnumerable<LeaderFailure> FailedBefore(Cut cut, long slot, ValidatorSet validators)
    {
        List<int> failed = [];
        if (LeaderOf(View, Start, Slot + 1, slot, validators) is { } last)
        {
            failed.Add(last);
        }

        for (long view = Math.Max(View.Value + 1, cut.View.Value - validators.Count); view < cut.View.Value; view++)
        {
            failed.Add(OpenerOf(new ViewNumber(view), validators.Count));
        }

        return failed.Distinct().Where(v => v != cut.Proposer).Select(v => new LeaderFailure(v, slot, 0, 0));
    }

    /// <summary>Slots for which a failure can matter: while it is on the blacklist, and while terms that began then last.</summary>
    private static long Remembered(ConsensusRules rules) => rules.BlacklistBlocks + rules.TermLength + (3L * Lag);

    void ICanonical<LeaderHistory>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(View);
        writer.Write(Start);
        writer.Write(Slot);
        writer.WriteList(Failures);
    }

    static LeaderHistory ICanonical<LeaderHistory>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new LeaderHistory(
            reader.ReadView(),
            reader.ReadNonNegative(),
            reader.ReadNonNegative(),
            [.. reader.ReadList<LeaderFailure>(MaxFailures)]);
    }
}
