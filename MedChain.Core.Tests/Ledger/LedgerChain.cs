using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Custody;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Merkle;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Core.Storage.Memory;

namespace MedChain.Core.Tests.Ledger;

/// <summary>A chain without consensus: blocks are executed as they come and sealed by all validators' keys, which are at hand.</summary>
internal sealed class LedgerChain : IDisposable
{
    private static readonly DateTimeOffset Collected = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
    private readonly Dictionary<PublicKey, long> _nonces = [];
    private readonly List<IDisposable> _owned = [];
    private Digest _previous;

    public LedgerChain(ChainKind kind, string name, int validators = 4)
    {
        Administrator = Own(new Person($"{name}/administrator"));
        Voters = [.. Enumerable.Range(0, validators).Select(i => Own(new Person($"{name}/validator/{i}")))];
        Operators = [.. Enumerable.Range(0, validators).Select(i => Own(new Person($"{name}/operator/{i}")))];
        var set = new ValidatorSet([.. Enumerable.Range(0, validators).Select(i => new Validator(
            Voters[i].Signing.PublicKey, Voters[i].Agreement.PublicKey, Operators[i].Signing.PublicKey))]);
        Genesis = new Genesis(kind, name, set, Administrator.Signing.PublicKey, Administrator.Agreement.PublicKey);
        Executor = NewExecutor(States, Blobs);
    }

    public Genesis Genesis { get; }

    public Person Administrator { get; }

    public ImmutableArray<Person> Voters { get; }

    public ImmutableArray<Person> Operators { get; }

    public MemoryBlobStore Blobs { get; } = new();

    public MemoryStateStore States { get; } = new();

    public LedgerExecutor Executor { get; private set; }

    /// <summary>Block time of the next block; each takes a second.</summary>
    public long Time { get; set; } = 1_800_000_000_000;

    /// <summary>Epoch of the next block.</summary>
    public long Epoch { get; set; }

    /// <summary>All blocks so far.</summary>
    public List<Block> Blocks { get; } = [];

    public LedgerState State => Executor.Current.Read();

    /// <summary>An executor whose blocks are durable as soon as they are executed.</summary>
    public LedgerExecutor NewExecutor(MemoryStateStore states, MemoryBlobStore blobs)
    {
        var executor = new LedgerExecutor(Rules(), states, blobs, new VerifiedTransactions(), new AttachmentCache());
        executor.OnDurable(new BlockHeight(long.MaxValue));
        return executor;
    }

    /// <summary>Opens the state store again, as a restart does.</summary>
    public void Restart() => Executor = NewExecutor(States, Blobs);

    public Transaction Sign(Person sender, Command command) => Transaction.Sign(
        Genesis.Chain, sender.On(this), sender.Signing, NextNonce(sender), lastHeight: 0, Canonical.Encode(command));

    public Receipt Send(Person sender, Command command, params Attachment[] attachments)
    {
        Put(attachments);
        return Execute(Canonical.Encode(Sign(sender, command)))[0];
    }

    public void Put(params Attachment[] attachments) =>
        Blobs.PutAsync([.. attachments.Select(a => a.Bytes)], CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <summary>Executes a block.</summary>
    public Receipt[] Execute(params ReadOnlyMemory<byte>[] transactions)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> receipts = Executor.ExecuteAsync(
            Executor.Current.Height.Next, Time, Epoch, transactions, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        var header = new BlockHeader(
            Genesis.Chain,
            Executor.Current.Height,
            _previous,
            default,
            Root(transactions),
            Root(receipts),
            Executor.Current.Tree.Root,
            Ordering: default,
            Time,
            Epoch,
            Genesis.Validators.Hash);
        Blocks.Add(new Block(header, transactions, receipts));
        _previous = header.Hash;
        Time += 1_000;
        return [.. receipts.Select(r => Canonical.Decode<Receipt>(r))];
    }

    /// <summary>Proves an entry of the state at the head.</summary>
    public ChainProof Prove(MedChain.Core.Ledger.StateKey key, int signers = int.MaxValue)
    {
        StateTree tree = Executor.Current.Tree;
        return new ChainProof(
            Blocks[^1].Header,
            [],
            Seal(Blocks[^1].Header, signers),
            new ChainFact.StateEntry(key.Bytes, tree.TryGet(key.Bytes.Span)!.Value, tree.Prove(key.Bytes.Span)));
    }

    public SealCertificate Seal(BlockHeader header, int signers = int.MaxValue)
    {
        byte[] statement = SealCertificate.Statement(header.Chain, header.Epoch, header.Height, header.Hash);
        return new SealCertificate(
            header.Chain,
            header.Epoch,
            header.Height,
            header.Hash,
            [.. Voters.Take(Math.Min(signers, Genesis.Validators.Quorum)).Select((v, i) =>
                new ValidatorSignature(i, v.Signing.Sign(statement)))]);
    }

    public Receipt Register(Person person, AccountKind kind, params string[] roles) => Send(
        Administrator, new RegisterAccount(new AccountEntry(kind, person.Signing.PublicKey, person.Agreement.PublicKey, [.. roles])));

    public Person RegisterPatient(string name)
    {
        Person patient = Own(new Person(name));
        Register(patient, AccountKind.Patient);
        return patient;
    }

    /// <summary>Stores a record whose ciphertext exists by name only, and has a quorum of custodians accept its shares.</summary>
    public Digest StoreRecord(Person patient, string category = "laboratory", params string[] labels)
    {
        SealedRecord record = Deal(patient, [], category, labels).Sealed;
        Receipt receipt = Send(patient, record.Command, record.Manifest, record.KeyHeader);
        if (receipt.Status != ReceiptStatus.Applied)
        {
            throw new InvalidOperationException(receipt.Reason);
        }

        Accept(patient, record.Command.Record, [.. Enumerable.Range(0, Genesis.Validators.Quorum)]);
        return record.Command.Record;
    }

    /// <summary>A record whose key is dealt to the validators of the genesis.</summary>
    public DealtRecord Deal(Person patient, ReadOnlySpan<byte> content, string category = "laboratory", params string[] labels) =>
        Deal(patient, content, new RecordDescription(category) { Labels = [.. labels] });

    /// <summary>A record whose key is dealt to the validators of the genesis.</summary>
    public DealtRecord Deal(Person patient, ReadOnlySpan<byte> content, RecordDescription description, Digest previous = default)
    {
        using var sealer = new RecordSealer(Genesis.Chain, patient.On(this));
        var chunks = new List<byte[]>();
        for (int i = 0; i < ContentCipher.CountOf(content.Length); i++)
        {
            ReadOnlySpan<byte> part = content[(i * ContentCipher.ChunkSize)..];
            part = part[..Math.Min(part.Length, ContentCipher.ChunkSize)];
            chunks.Add(new byte[sealer.SealedSize(part.Length)]);
            sealer.SealNext(part, isLast: i == ContentCipher.CountOf(content.Length) - 1, chunks[i]);
            sealer.Name(Digest.Of(chunks[i]));
        }

        (ContentIndex index, IReadOnlyList<byte[]> pages) = sealer.Index();
        return new DealtRecord(
            sealer.Deal(index, epoch: 0, Genesis.Validators, description.Normalize(Collected), previous), chunks, pages);
    }

    /// <summary>Some custodians accept their shares of a record, under handles of nothing, in one block.</summary>
    public Receipt[] Accept(Person owner, Digest record, params int[] custodians)
    {
        Digest header = State.Get<RecordEntry>(MedChain.Core.Ledger.StateKey.Record(owner.On(this), record))!.KeyHeader;
        return Execute(
        [
            .. custodians.Select(c => (ReadOnlyMemory<byte>)Canonical.Encode(Sign(Operators[c], new AcceptShares(
                [new ShareAcceptance(owner.On(this), record, header, new Digest(SecureRandom.Bytes(Digest.Size)))])))),
        ]);
    }

    public Receipt TryPermit(Person patient, string policies, out Digest grant) =>
        TryPermit(patient, new PolicyDocument(policies), out grant);

    public Receipt TryPermit(Person patient, PolicyDocument document, out Digest grant)
    {
        grant = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment policy = Attachment.Create(document);
        return Send(patient, new SetGrant(grant, policy.Commitment), policy);
    }

    public Digest Permit(Person patient, string policies)
    {
        Receipt receipt = TryPermit(patient, policies, out Digest grant);
        return receipt.Status == ReceiptStatus.Applied ? grant : throw new InvalidOperationException(receipt.Reason);
    }

    public void Dispose() => _owned.ForEach(o => o.Dispose());

    public T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    private static Digest Root(IReadOnlyList<ReadOnlyMemory<byte>> items) =>
        MerkleTree.Root([.. items.Select(i => MerkleTree.HashLeaf(i.Span))]);

    private long NextNonce(Person sender) => _nonces[sender.Signing.PublicKey] = _nonces.GetValueOrDefault(sender.Signing.PublicKey) + 1;

    private ILedgerRules Rules() => Genesis.Kind == ChainKind.Account
        ? new AccountLedger(Genesis, EvidenceJudge.Instance, doubleCheck: true)
        : new TaskLedger(Genesis, EvidenceJudge.Instance);

    public sealed record Block(
        BlockHeader Header, IReadOnlyList<ReadOnlyMemory<byte>> Transactions, IReadOnlyList<ReadOnlyMemory<byte>> Receipts);
}
