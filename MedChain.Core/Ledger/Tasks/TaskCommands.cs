using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Tasks;

/// <summary>A researcher proposes a computing task.</summary>
/// <param name="Task">A random identifier.</param>
/// <param name="Request">What she asks for.</param>
internal sealed record ProposeTask(Digest Task, TaskRequest Request) : Command
{
    private protected override CommandKind Kind => CommandKind.ProposeTask;

    internal static ProposeTask ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new ProposeTask(reader.ReadDigest(), reader.Read<TaskRequest>());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Task);
        writer.Write(Request);
    }
}

/// <summary>An executor publishes its key for one task.</summary>
/// <param name="Task">The task.</param>
/// <param name="TaskKey">A fresh key: it dies with the task.</param>
internal sealed record JoinTask(Digest Task, AgreementKey TaskKey) : Command
{
    private protected override CommandKind Kind => CommandKind.JoinTask;

    internal static JoinTask ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new JoinTask(reader.ReadDigest(), reader.ReadAgreementKey());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Task);
        writer.Write(TaskKey);
    }
}

/// <summary>An executor says what it found.</summary>
/// <param name="Task">The task.</param>
/// <param name="Round">The round that it computed: a finding of an earlier one may include who has left since.</param>
/// <param name="Finding">Its finding.</param>
internal sealed record SubmitResult(Digest Task, int Round, TaskFinding Finding) : Command
{
    private protected override CommandKind Kind => CommandKind.SubmitResult;

    internal static SubmitResult ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new SubmitResult(reader.ReadDigest(), reader.ReadInt32(0, TaskEntry.MaxRounds), reader.Read<TaskFinding>());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Task);
        writer.Write((long)Round);
        writer.Write(Finding);
    }
}

/// <summary>An executor hands over the result that was agreed on.</summary>
/// <param name="Task">The task.</param>
/// <param name="Sealed">Attachment: the sealed result, which the agreed finding names.</param>
internal sealed record ReleaseResult(Digest Task, Digest Sealed) : Command
{
    private protected override CommandKind Kind => CommandKind.ReleaseResult;

    internal static ReleaseResult ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new ReleaseResult(reader.ReadDigest(), reader.ReadDigest());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Task);
        writer.Write(Sealed);
    }
}

/// <summary>An executor signs that it destroyed the task's data and keys. Evidence, not proof: a copy cannot be excluded.</summary>
/// <param name="Task">The task.</param>
internal sealed record ConfirmErasure(Digest Task) : Command
{
    private protected override CommandKind Kind => CommandKind.ConfirmErasure;

    internal static ConfirmErasure ReadFields(ref CanonicalReader reader) => new(reader.ReadDigest());

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.Write(Task);
}

/// <summary>An executor cannot go on; another one takes its place, if there is one.</summary>
/// <param name="Task">The task.</param>
internal sealed record AbandonTask(Digest Task) : Command
{
    private protected override CommandKind Kind => CommandKind.AbandonTask;

    internal static AbandonTask ReadFields(ref CanonicalReader reader) => new(reader.ReadDigest());

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.Write(Task);
}

/// <summary>Anybody moves a task on whose phase is overdue.</summary>
/// <param name="Task">The task.</param>
internal sealed record ExpireTask(Digest Task) : Command
{
    private protected override CommandKind Kind => CommandKind.ExpireTask;

    internal static ExpireTask ReadFields(ref CanonicalReader reader) => new(reader.ReadDigest());

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.Write(Task);
}

/// <summary>The administrator names who must agree to tasks that are proposed from now on.</summary>
/// <param name="Panel">The reviewers; none of them to ask nobody.</param>
internal sealed record SetReviewers(ReviewPanel Panel) : Command
{
    private protected override CommandKind Kind => CommandKind.SetReviewers;

    internal static SetReviewers ReadFields(ref CanonicalReader reader) => new(reader.Read<ReviewPanel>());

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.Write(Panel);
}

/// <summary>A reviewer approves or rejects a task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Approves">Whether she approves.</param>
internal sealed record ReviewTask(Digest Task, bool Approves) : Command
{
    private protected override CommandKind Kind => CommandKind.ReviewTask;

    internal static ReviewTask ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new ReviewTask(reader.ReadDigest(), reader.ReadBoolean());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Task);
        writer.Write(Approves);
    }
}
