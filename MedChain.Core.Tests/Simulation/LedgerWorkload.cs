using System.Buffers.Binary;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Contracts;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Core.Storage.Memory;

namespace MedChain.Core.Tests.Simulation;

/// <summary>The real ledger of an account chain over stores in memory. One request deploys a contract, every second one calls it, and the
/// others register accounts; all are signed by the administrator with real keys.</summary>
internal sealed class LedgerWorkload : Workload
{
    /// <summary>Requests of one client; more would leave the window of nonces when they come out of order.</summary>
    private const int NoncesPerClient = 24;

    /// <summary>How long a proposal stays open, in blocks.</summary>
    private const long OpenBlocks = 10_000;

    private static readonly ContractCode Counter = ContractVm.CompileContract(
        """
        contract Counter {
          state total: Long = 0;
          state at: Map<Long, datetime>;
          event Counted(total: Long);
          fn count(by: Long) { total += by; at[context.height] = context.now; emit Counted(total); }
        }
        """,
        MedicalSchema.Default).Contract!;

    private static readonly SigningKey Administrator = SigningKey.FromSeed(Seed("administrator", 0, 0));
    private static readonly SigningKey[] Operators =
        [.. Enumerable.Range(0, SimulatedSignatures.MaxKeys).Select(i => SigningKey.FromSeed(Seed("operator", i, 0)))];

    private readonly VerifiedTransactions _verified = new();
    private readonly MemoryBlobStore _blobs = new();
    private readonly AttachmentCache _attachments = new();
    private readonly Genesis _genesis;
    private readonly LedgerExecutor _checking;
    private readonly long[] _operatorNonces = new long[SimulatedSignatures.MaxKeys];

    /// <param name="count">Number of validators of epoch 0.</param>
    /// <param name="rules">What they agree on.</param>
    public LedgerWorkload(int count, ConsensusRules rules)
    {
        var validators = new ValidatorSet([.. Enumerable.Range(0, count).Select(MemberOf)], rules);
        _genesis = new Genesis(ChainKind.Account, "simulated", validators, Administrator.PublicKey, Agreement.PublicKey);
        _checking = NewExecutor(new MemoryStateStore());
    }

    public override ChainId Chain => _genesis.Chain;

    public override ValidatorSet Validators => _genesis.Validators;

    public override Validator MemberOf(int institution) => new(
        SimulatedSignatures.KeyOf(institution), Agreement.PublicKey, Operators[institution].PublicKey);

    public override IStateMachine Open(SimulatedDisk disk) => new LedgerStateMachine(NewExecutor(disk.States));

    public override string? Check(ReadOnlyMemory<byte> transaction) => _checking.Check(transaction);

    public override ReadOnlyMemory<byte> Encode(ClientRequest request)
    {
        using SigningKey key = SigningKey.FromSeed(Seed($"account/{request.Content}", request.Client, request.Nonce));
        Command command = CommandOf(request, key);
        long nonce = (request.Client % (NonceWindow.Width / NoncesPerClient) * NoncesPerClient) + request.Nonce;
        AccountId sender = AccountEntry.Name(Chain, Administrator.PublicKey);
        SigningKey signer = request.Valid ? Administrator : key;
        Transaction transaction = Transaction.Sign(Chain, sender, signer, nonce, lastHeight: 0, Canonical.Encode(command));
        return Canonical.Encode(request.Valid ? transaction : transaction with { Key = Administrator.PublicKey });
    }

    /// <summary>Operators take turns in proposing, for each has one proposal.</summary>
    public override IReadOnlyList<ReadOnlyMemory<byte>> Change(ChainEpoch epoch, BlockHeight height, int leaving, int joining)
    {
        ValidatorChange change = ChangeOf(leaving, joining);
        int[] operators = [.. epoch.Validators.Members.Select(m => Array.FindIndex(Operators, o => o.PublicKey == m.OperatorKey))];
        int first = (int)(_operatorNonces.Sum() % operators.Length);
        PublicKey proposer = Operators[operators[first]].PublicKey;
        var lastHeight = new BlockHeight(height.Value + OpenBlocks);
        return [.. Enumerable.Range(0, epoch.Validators.Quorum).Select(i => SignAsOperator(
            operators[(first + i) % operators.Length],
            i == 0 ? new ProposeValidators(change, lastHeight) : new ApproveValidators(proposer, change)))];
    }

    public override (long Client, long Nonce) Identify(ReadOnlyMemory<byte> transaction)
    {
        Transaction decoded = Canonical.Decode<Transaction>(transaction);
        return (Array.FindIndex(Operators, o => o.PublicKey == decoded.Key), decoded.Nonce);
    }

    public override bool IsExecuted(ReadOnlyMemory<byte> receipt) =>
        Canonical.Decode<Receipt>(receipt).Status == ReceiptStatus.Applied;

    public override bool IsAnswered(ReadOnlyMemory<byte> receipt) =>
        Canonical.Decode<Receipt>(receipt).Status is ReceiptStatus.Applied or ReceiptStatus.Refused;

    /// <summary>A call may be ordered before the deployment, and then fails.</summary>
    private Command CommandOf(ClientRequest request, SigningKey key)
    {
        if (request is { Client: 0, Nonce: 1 })
        {
            return new DeployContract($"counter {request.Content}", Counter.Bytecode);
        }

        AccountId administrator = AccountEntry.Name(Chain, Administrator.PublicKey);
        return request.Nonce % 2 == 0
            ? new CallContract(
                ContractEntry.Name(Chain, administrator, "counter 0", Counter.Id),
                "count",
                [new LongValue(request.Content + 1)],
                ContractRules.MaxGas)
            : new RegisterAccount(new AccountEntry(AccountKind.Patient, key.PublicKey, Agreement.PublicKey, []));
    }

    private ReadOnlyMemory<byte> SignAsOperator(int institution, Command command)
    {
        SigningKey key = Operators[institution];
        return Canonical.Encode(Transaction.Sign(
            Chain,
            AccountEntry.Name(Chain, key.PublicKey),
            key,
            ++_operatorNonces[institution],
            lastHeight: 0,
            Canonical.Encode(command)));
    }

    private LedgerExecutor NewExecutor(MemoryStateStore states) =>
        new(new AccountLedger(_genesis, EvidenceJudge.Instance, doubleCheck: true), states, _blobs, _verified, _attachments);

    private static byte[] Seed(string role, long client, long nonce)
    {
        byte[] bytes = new byte[2 * sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, client);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(sizeof(long)), nonce);
        return Digest.Of([.. Digest.Of(System.Text.Encoding.UTF8.GetBytes(role)).ToArray(), .. bytes]).ToArray();
    }
}
