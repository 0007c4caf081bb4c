using System.Collections.Immutable;
using MedChain.Core.Computations;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Ledger.Tasks;

/// <summary>A transaction chain and two account chains that know each other, and whoever carries proofs between them.</summary>
internal sealed class TaskFixture : IDisposable
{
    public TaskFixture()
    {
        Accounts = [.. new[] { "clinic", "hospital" }.Select(name => new LedgerChain(ChainKind.Account, name))];
        Researcher = new Person("researcher");
        Tasks.Register(Researcher, AccountKind.Researcher, "accredited-researcher");
        foreach (LedgerChain account in Accounts)
        {
            Tasks.Send(Tasks.Administrator, new AnchorChain(account.Genesis));
            account.Send(account.Administrator, new AnchorChain(Tasks.Genesis));
        }
    }

    public LedgerChain Tasks { get; } = new(ChainKind.Transaction, "research");

    public ImmutableArray<LedgerChain> Accounts { get; }

    public Person Researcher { get; }

    public ImmutableArray<ChainId> ChainIds => [.. Accounts.Select(a => a.Genesis.Chain).OrderBy(c => c.Value)];

    public void Dispose()
    {
        Researcher.Dispose();
        Tasks.Dispose();
        foreach (LedgerChain account in Accounts)
        {
            account.Dispose();
        }
    }

    public Person Patient(int chain, string name, int minimumCohort = 1, int uses = 5)
    {
        Person patient = Accounts[chain].RegisterPatient(name);
        Accounts[chain].StoreRecord(patient, "clinical");
        Accounts[chain].Permit(patient, Policies.Research(patient.On(Accounts[chain]), minimumCohort, uses));
        return patient;
    }

    public TaskRequest Request(long minimumCohort = 2, long lifetime = 3_600_000) =>
        new(Computation.CountPatients(), "HRESCH", minimumCohort, Tasks.Time + lifetime, ChainIds);

    public Receipt TryPropose(TaskRequest request, out Digest task, Person? sender = null)
    {
        task = new Digest(SecureRandom.Bytes(Digest.Size));
        return Tasks.Send(sender ?? Researcher, new ProposeTask(task, request));
    }

    public Digest Propose(long minimumCohort = 2)
    {
        Receipt receipt = TryPropose(Request(minimumCohort), out Digest task);
        return receipt.Status == ReceiptStatus.Applied ? task : throw new InvalidOperationException(receipt.Reason);
    }

    public TaskEntry Entry(Digest task) => Tasks.State.Get<TaskEntry>(StateKey.Task(task))!;

    public TaskAnswer? Answer(int chain, Digest task) => Accounts[chain].State.Get<TaskAnswer>(StateKey.Task(task));

    public TaskDecisions Decisions(int chain, Digest task) => Read<TaskDecisions>(Accounts[chain], Answer(chain, task)!.Decisions);

    public Person[] ExecutorsOf(Digest task) =>
        [.. Entry(task).Executors.Select(e => Tasks.Operators.First(o => o.Signing.PublicKey == e.Operator))];

    public Receipt Join(Digest task, int executor)
    {
        using DecryptionKey key = DecryptionKey.Create();
        return Tasks.Send(ExecutorsOf(task)[executor], new JoinTask(task, key.PublicKey));
    }

    public void JoinAll(Digest task)
    {
        for (int executor = 0; executor < Entry(task).Executors.Length; executor++)
        {
            Join(task, executor);
        }
    }

    public Digest ProposeAndJoin(long minimumCohort = 2)
    {
        Digest task = Propose(minimumCohort);
        JoinAll(task);
        return task;
    }

    /// <summary>Brings the task to an account chain.</summary>
    public Receipt Bring(int chain, Digest task) =>
        Accounts[chain].Send(Researcher, new DeliverProof(Tasks.Prove(StateKey.Task(task))));

    /// <summary>Brings an account chain's answer to the transaction chain.</summary>
    public Receipt BringBack(int chain, Digest task) =>
        Tasks.Send(Researcher, new DeliverProof(Accounts[chain].Prove(StateKey.Task(task))));

    /// <summary>Carries proofs until the task waits for somebody else.</summary>
    public TaskEntry Carry(Digest task)
    {
        for (int step = 0; step < 100 && Entry(task).Phase
            is TaskPhase.Collecting or TaskPhase.Authorising or TaskPhase.Confirming or TaskPhase.Recording; step++)
        {
            for (int chain = 0; chain < Accounts.Length; chain++)
            {
                Bring(chain, task);
                BringBack(chain, task);
            }
        }

        return Entry(task);
    }

    /// <summary>What executors find; different bytes are different results.</summary>
    public static TaskFinding Finding(byte result, int released = 1, long minimum = 2) => new(
        Digest.Of([result]), SealedResult(result).Commitment, new DisclosureReport(minimum, 1, 1 - released, 0));

    public Receipt Submit(Digest task, int executor, byte result, int? round = null, int released = 1) => Tasks.Send(
        ExecutorsOf(task)[executor],
        new SubmitResult(task, round ?? Entry(task).Round, Finding(result, released, Entry(task).Request.MinimumCohort)));

    public Receipt Release(Digest task, int executor, byte result) => Tasks.Send(
        ExecutorsOf(task)[executor], new ReleaseResult(task, SealedResult(result).Commitment), SealedResult(result));

    /// <summary>Moves an overdue task on.</summary>
    public TaskEntry TimeOut(Digest task)
    {
        Tasks.Time = Math.Max(Tasks.Time, Entry(task).Due + 1);
        Receipt receipt = Tasks.Send(Researcher, new ExpireTask(task));
        return receipt.Status == ReceiptStatus.Applied ? Entry(task) : throw new InvalidOperationException(receipt.Reason);
    }

    public Receipt Erase(Digest task, int executor) => Tasks.Send(ExecutorsOf(task)[executor], new ConfirmErasure(task));

    /// <summary>Two executors agree, the chains confirm, the result is released, and its data is erased.</summary>
    public TaskEntry Finish(Digest task)
    {
        Submit(task, 0, 1);
        Submit(task, 1, 1);
        Carry(task);
        Release(task, 0, 1);
        return EraseAll(task);
    }

    /// <summary>Every executor that was asked confirms the erasure.</summary>
    public TaskEntry EraseAll(Digest task)
    {
        for (int executor = 0; executor < Entry(task).Executors.Length; executor++)
        {
            if (Entry(task).Executors[executor].IsAsked)
            {
                Erase(task, executor);
            }
        }

        return Carry(task);
    }

    private static Attachment SealedResult(byte result) => new(new byte[32], new[] { result });

    public static T Read<T>(LedgerChain chain, Digest commitment)
        where T : class, ICanonical<T> =>
        AttachmentReader.TryReadAsync<T>(chain.Blobs, commitment, CancellationToken.None).AsTask().GetAwaiter().GetResult()!;
}
