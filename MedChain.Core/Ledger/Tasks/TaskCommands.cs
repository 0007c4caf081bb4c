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

/// <summary>An executor commits to the result it computed.</summary>
/// <param name="Task">The task.</param>
/// <param name="Result">Salted commitment; equal for all honest executors.</param>
/// <param name="Sealed">Attachment: the opening, sealed to the researcher.</param>
internal sealed record SubmitResult(Digest Task, Digest Result, Digest Sealed) : Command
{
    private protected override CommandKind Kind => CommandKind.SubmitResult;

    internal static SubmitResult ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new SubmitResult(reader.ReadDigest(), reader.ReadDigest(), reader.ReadDigest());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Task);
        writer.Write(Result);
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

/// <summary>An executor cannot go on; nothing is released.</summary>
/// <param name="Task">The task.</param>
internal sealed record AbandonTask(Digest Task) : Command
{
    private protected override CommandKind Kind => CommandKind.AbandonTask;

    internal static AbandonTask ReadFields(ref CanonicalReader reader) => new(reader.ReadDigest());

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.Write(Task);
}

/// <summary>Anybody ends a task whose deadline has passed.</summary>
/// <param name="Task">The task.</param>
internal sealed record ExpireTask(Digest Task) : Command
{
    private protected override CommandKind Kind => CommandKind.ExpireTask;

    internal static ExpireTask ReadFields(ref CanonicalReader reader) => new(reader.ReadDigest());

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.Write(Task);
}
