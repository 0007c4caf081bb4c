using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Tasks;

/// <summary>One executor of a task.</summary>
/// <param name="Operator">The validator's operator key: indices change with the validators.</param>
/// <param name="TaskKey">The executor's key for this task alone; the default before it joined.</param>
/// <param name="Marks">What became of it.</param>
/// <param name="Finding">What it found in this round; <see langword="null"/> before it computed.</param>
internal readonly record struct ExecutorEntry(PublicKey Operator, AgreementKey TaskKey, ExecutorMarks Marks, TaskFinding? Finding)
    : ICanonical<ExecutorEntry>
{
    private const ExecutorMarks AllMarks = ExecutorMarks.Asked | ExecutorMarks.Gone | ExecutorMarks.Erased;

    public bool HasJoined => TaskKey != default;

    public bool IsAsked => Marks.HasFlag(ExecutorMarks.Asked);

    public bool IsGone => Marks.HasFlag(ExecutorMarks.Gone);

    public bool HasErased => Marks.HasFlag(ExecutorMarks.Erased);

    /// <summary>Whether it may be asked to compute.</summary>
    public bool IsReserve => HasJoined && !IsAsked && !IsGone;

    /// <summary>Whether it is asked and owes its finding.</summary>
    public bool IsComputing => IsAsked && !IsGone && Finding is null;

    public ExecutorEntry With(ExecutorMarks mark) => this with { Marks = Marks | mark };

    void ICanonical<ExecutorEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Operator);
        writer.Write(TaskKey);
        writer.Write((long)Marks);
        writer.WriteOptional(Finding);
    }

    static ExecutorEntry ICanonical<ExecutorEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new ExecutorEntry(
            reader.ReadPublicKey(),
            reader.ReadAgreementKey(),
            (ExecutorMarks)reader.ReadInt32(0, (int)AllMarks),
            reader.ReadOptional<TaskFinding>());
    }
}

/// <summary>What became of an executor. In the state: the numbers do not change.</summary>
[Flags]
internal enum ExecutorMarks
{
    None = 0,

    /// <summary>It is asked to compute: custodians release shares to it. Never taken back, for it may keep what it got.</summary>
    Asked = 1,

    /// <summary>It cannot go on, or was silent for too long.</summary>
    Gone = 2,

    /// <summary>It signed that the task's data and keys are destroyed.</summary>
    Erased = 4,
}
