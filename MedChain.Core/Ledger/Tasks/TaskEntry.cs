using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Tasks;

/// <summary>A computing task as the transaction chain's state knows it.</summary>
/// <param name="Researcher">Who asked.</param>
/// <param name="Roles">The researcher's roles when she asked; policies decide on them.</param>
/// <param name="ResearcherKey">The key to which the result is sealed.</param>
/// <param name="Request">What she asked for.</param>
/// <param name="Phase">Where the task stands.</param>
/// <param name="Round">Counts the questions to the account chains, from 1; 0 before the first.</param>
/// <param name="Cohort">The cohort that the account chains decide for in this round.</param>
/// <param name="Executors">The f+1 validators that compute, in the order they had when the task was proposed.</param>
/// <param name="Answers">What each of the request's chains said, in the same order.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Result">Salted commitment to the agreed result; zero without one.</param>
internal sealed record TaskEntry(
    AccountId Researcher,
    ImmutableArray<string> Roles,
    AgreementKey ResearcherKey,
    TaskRequest Request,
    TaskPhase Phase,
    int Round,
    long Cohort,
    ImmutableArray<ExecutorEntry> Executors,
    ImmutableArray<ChainAnswer> Answers,
    TaskOutcome Outcome,
    Digest Result) : ICanonical<TaskEntry>
{
    /// <summary>Most questions to the account chains before a task is given up for lack of a stable cohort.</summary>
    public const int MaxRounds = 16;

    /// <summary>The cohort assumed in the first round, above any minimum: it finds who might permit at all.</summary>
    public const long UnboundedCohort = 1L << 40;

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

    void ICanonical<TaskEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(11);
        writer.Write(Researcher);
        writer.WriteStrings(Roles);
        writer.Write(ResearcherKey);
        writer.Write(Request);
        writer.Write((long)Phase);
        writer.Write((long)Round);
        writer.Write(Cohort);
        writer.WriteList(Executors);
        writer.WriteList(Answers);
        writer.Write((long)Outcome);
        writer.Write(Result);
    }

    static TaskEntry ICanonical<TaskEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(11);
        return new TaskEntry(
            reader.ReadAccountId(),
            reader.ReadStrings(AccountEntry.MaxRoles, AccountEntry.MaxRoleBytes),
            reader.ReadAgreementKey(),
            reader.Read<TaskRequest>(),
            (TaskPhase)reader.ReadInt32(0, (int)TaskPhase.Closed),
            reader.ReadInt32(0, MaxRounds),
            reader.ReadNonNegative(),
            [.. reader.ReadList<ExecutorEntry>(Blocks.ValidatorSet.MaxCount)],
            [.. reader.ReadList<ChainAnswer>(TaskRequest.MaxChains)],
            (TaskOutcome)reader.ReadInt32(0, (int)TaskOutcome.Expired),
            reader.ReadDigest());
    }
}

/// <summary>One executor of a task.</summary>
/// <param name="Operator">The validator's operator key: indices change with the validators.</param>
/// <param name="TaskKey">The executor's key for this task alone; the default before it joined.</param>
/// <param name="Result">Its commitment to the result; zero before it computed.</param>
/// <param name="Sealed">Attachment: the opening of its commitment, sealed to the researcher.</param>
/// <param name="Erased">Whether it signed that data and keys are destroyed.</param>
internal readonly record struct ExecutorEntry(PublicKey Operator, AgreementKey TaskKey, Digest Result, Digest Sealed, bool Erased)
    : ICanonical<ExecutorEntry>
{
    void ICanonical<ExecutorEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(Operator);
        writer.Write(TaskKey);
        writer.Write(Result);
        writer.Write(Sealed);
        writer.Write(Erased);
    }

    static ExecutorEntry ICanonical<ExecutorEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new ExecutorEntry(
            reader.ReadPublicKey(),
            reader.ReadAgreementKey(),
            reader.ReadDigest(),
            reader.ReadDigest(),
            reader.ReadBoolean());
    }
}

/// <summary>What one account chain said.</summary>
/// <param name="Round">The round it answered last; 0 for none.</param>
/// <param name="Count">How many of its patients permit.</param>
/// <param name="Acknowledged">Whether it holds the task's operation record.</param>
internal readonly record struct ChainAnswer(int Round, long Count, bool Acknowledged) : ICanonical<ChainAnswer>
{
    void ICanonical<ChainAnswer>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write((long)Round);
        writer.Write(Count);
        writer.Write(Acknowledged);
    }

    static ChainAnswer ICanonical<ChainAnswer>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new ChainAnswer(reader.ReadInt32(0, TaskEntry.MaxRounds), reader.ReadNonNegative(), reader.ReadBoolean());
    }
}
