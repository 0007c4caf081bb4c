using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Tasks;

/// <summary>A computing task as the transaction chain's state knows it.</summary>
/// <param name="Researcher">Who asked.</param>
/// <param name="Roles">The researcher's roles when she asked; policies decide on them.</param>
/// <param name="ResearcherKey">The key to which the result is sealed.</param>
/// <param name="Request">What she asked for.</param>
/// <param name="Panel">Who had to approve it, as the chain had it when the task was proposed.</param>
/// <param name="Approvals">Bit i: reviewer i approved.</param>
/// <param name="Rejections">Bit i: reviewer i rejected.</param>
/// <param name="Phase">Where the task stands.</param>
/// <param name="Due">Block time after which anybody may move it on, to where the phase says.</param>
/// <param name="Round">Counts the questions to the account chains, from 1; 0 before the first.</param>
/// <param name="Cohort">The cohort that the account chains decide for in this round.</param>
/// <param name="Executors">2f+1 validators, in the order in which they are asked. As few of them compute as are needed for f+1 equal
/// findings.</param>
/// <param name="Answers">What each of the request's chains said, in the same order.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Finding">What enough executors agree on; <see langword="null"/> before.</param>
internal sealed record TaskEntry(
    AccountId Researcher,
    ImmutableArray<string> Roles,
    AgreementKey ResearcherKey,
    TaskRequest Request,
    ReviewPanel Panel,
    ulong Approvals,
    ulong Rejections,
    TaskPhase Phase,
    long Due,
    int Round,
    long Cohort,
    ImmutableArray<ExecutorEntry> Executors,
    ImmutableArray<ChainAnswer> Answers,
    TaskOutcome Outcome,
    TaskFinding? Finding) : ICanonical<TaskEntry>
{
    /// <summary>Most questions to the account chains before a task is given up: for lack of a stable cohort, or because patients leave
    /// again and again.</summary>
    public const int MaxRounds = 32;

    /// <summary>The cohort assumed in the first round, above any minimum: it finds who might permit at all.</summary>
    public const long UnboundedCohort = 1L << 40;

    /// <summary>How many executors must find the same, so that one at least is honest: f+1.</summary>
    public int NeededFindings => (Executors.Length + 1) / 2;

    /// <summary>Commitment to the released result; zero without one.</summary>
    public Digest Result => Outcome == TaskOutcome.Released ? Finding!.Result : default;

    /// <summary>The executors that could get shares of records' keys.</summary>
    public IEnumerable<ExecutorEntry> Asked => Executors.Where(e => e.IsAsked);

    /// <summary>Whether every executor that could get shares has signed that it destroyed data and keys.</summary>
    public bool IsDeleted => Asked.All(e => e.HasErased);

    /// <summary>The place of a validator among the executors; −1 when it is none.</summary>
    public int PlaceOf(PublicKey operatorKey)
    {
        for (int i = 0; i < Executors.Length; i++)
        {
            if (Executors[i].Operator == operatorKey)
            {
                return i;
            }
        }

        return -1;
    }

    public TaskEntry With(int place, ExecutorEntry executor) => this with { Executors = Executors.SetItem(place, executor) };

    void ICanonical<TaskEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(15);
        writer.Write(Researcher);
        writer.WriteStrings(Roles);
        writer.Write(ResearcherKey);
        writer.Write(Request);
        writer.Write(Panel);
        writer.Write(Approvals);
        writer.Write(Rejections);
        writer.Write((long)Phase);
        writer.Write(Due);
        writer.Write((long)Round);
        writer.Write(Cohort);
        writer.WriteList(Executors);
        writer.WriteList(Answers);
        writer.Write((long)Outcome);
        writer.WriteOptional(Finding);
    }

    static TaskEntry ICanonical<TaskEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(15);
        return new TaskEntry(
            reader.ReadAccountId(),
            reader.ReadStrings(AccountEntry.MaxRoles, AccountEntry.MaxRoleBytes),
            reader.ReadAgreementKey(),
            reader.Read<TaskRequest>(),
            reader.Read<ReviewPanel>(),
            reader.ReadUInt64(),
            reader.ReadUInt64(),
            (TaskPhase)reader.ReadInt32(0, (int)TaskPhase.Closed),
            reader.ReadNonNegative(),
            reader.ReadInt32(0, MaxRounds),
            reader.ReadNonNegative(),
            [.. reader.ReadList<ExecutorEntry>(Blocks.ValidatorSet.MaxCount)],
            [.. reader.ReadList<ChainAnswer>(TaskRequest.MaxChains)],
            (TaskOutcome)reader.ReadInt32(0, (int)TaskOutcome.Rejected),
            reader.ReadOptional<TaskFinding>());
    }
}
