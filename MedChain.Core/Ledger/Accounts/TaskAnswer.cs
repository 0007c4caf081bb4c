using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>How far an account chain is with a task. In the state: the numbers do not change.</summary>
internal enum AnswerStage
{
    /// <summary>It counted who would permit; nothing is consumed.</summary>
    Planned = 0,

    /// <summary>It decided for every patient; uses are consumed and custodians may release once the task is staged.</summary>
    Authorised = 1,

    /// <summary>A permit of this round does not stand any more: nothing is released, and the task asks again or ends.</summary>
    Withdrawn = 2,

    /// <summary>After the computation all permits still stood. Nothing more is released.</summary>
    Confirmed = 3,

    /// <summary>It holds the operation record; nothing is released any more.</summary>
    Recorded = 4,
}

/// <summary>An account chain's answer to a task, which the transaction chain reads through a proof.</summary>
/// <param name="Round">The task's round that it answers.</param>
/// <param name="Stage">How far this chain is.</param>
/// <param name="Count">How many patients permit, rounded down to the chain's bucket.</param>
/// <param name="DecisionsRoot">RFC 9162 root over the salted rows, one for each patient; each patient opens only her own.</param>
/// <param name="Decisions">Commitment of the derived <see cref="TaskDecisions"/>.</param>
/// <param name="Executors">The only keys to which shares are released for this task.</param>
/// <param name="Until">The task's deadline: after it nothing is released, though nobody may have told this chain how the task
/// ended.</param>
/// <param name="Outcome">How the task ended.</param>
/// <param name="Result">Commitment to the result.</param>
internal sealed record TaskAnswer(
    int Round,
    AnswerStage Stage,
    long Count,
    Digest DecisionsRoot,
    Digest Decisions,
    ImmutableArray<AgreementKey> Executors,
    long Until,
    TaskOutcome Outcome,
    Digest Result) : ICanonical<TaskAnswer>
{
    void ICanonical<TaskAnswer>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(9);
        writer.Write((long)Round);
        writer.Write((long)Stage);
        writer.Write(Count);
        writer.Write(DecisionsRoot);
        writer.Write(Decisions);
        writer.BeginArray(Executors.Length);
        foreach (AgreementKey key in Executors)
        {
            writer.Write(key);
        }

        writer.Write(Until);
        writer.Write((long)Outcome);
        writer.Write(Result);
    }

    static TaskAnswer ICanonical<TaskAnswer>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(9);
        int round = reader.ReadInt32(0, TaskEntry.MaxRounds);
        var stage = (AnswerStage)reader.ReadInt32(0, (int)AnswerStage.Recorded);
        long count = reader.ReadInt32(0, TaskDecisions.MaxRows);
        Digest root = reader.ReadDigest();
        Digest decisions = reader.ReadDigest();
        var executors = new AgreementKey[reader.ReadArrayCount(Blocks.ValidatorSet.MaxCount)];
        for (int i = 0; i < executors.Length; i++)
        {
            executors[i] = reader.ReadAgreementKey();
        }

        long until = reader.ReadNonNegative();
        var outcome = (TaskOutcome)reader.ReadInt32(0, (int)TaskOutcome.Rejected);
        return new TaskAnswer(round, stage, count, root, decisions, [.. executors], until, outcome, reader.ReadDigest());
    }
}
