using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Core.Storage.Memory;

namespace MedChain.Core.Tests.Simulation;

/// <summary>The real ledger of an account chain over stores in memory, with transactions that are signed with real keys. Clients register,
/// grant, revoke, ask for access, and call a contract; operators change the validators and report misconduct.</summary>
internal sealed class LedgerWorkload : Workload
{
    /// <summary>How long a proposal stays open, in blocks.</summary>
    private const long OpenBlocks = 10_000;

    private static readonly SigningKey[] Operators =
        [.. Enumerable.Range(0, SimulatedSignatures.MaxKeys).Select(i => SigningKey.FromSeed(LedgerClients.Seed("operator", i, 0)))];

    private readonly VerifiedTransactions _verified = new();
    private readonly MemoryBlobStore _blobs = new();
    private readonly AttachmentCache _attachments = new();
    private readonly long[] _operatorNonces = new long[SimulatedSignatures.MaxKeys];
    private readonly EvidenceJudge _judge;
    private readonly Genesis _genesis;
    private readonly LedgerClients _clients;
    private readonly LedgerExecutor _checking;

    /// <param name="count">Number of validators of epoch 0.</param>
    /// <param name="rules">What they agree on.</param>
    /// <param name="signatures">How votes are signed, which evidence shows.</param>
    public LedgerWorkload(int count, ConsensusRules rules, SimulatedSignatures signatures)
    {
        _judge = EvidenceJudge.CheckingBy((key, statement, signature) => signatures.Verify(key, statement, signature));
        var validators = new ValidatorSet([.. Enumerable.Range(0, count).Select(MemberOf)], rules);
        PublicKey administrator = LedgerClients.KeyOf(LedgerClients.Administrator).PublicKey;
        _genesis = new Genesis(ChainKind.Account, "simulated", validators, administrator, Agreement.PublicKey);
        _clients = new LedgerClients(_genesis, Agreement.PublicKey, _blobs);
        _checking = NewExecutor(new MemoryStateStore());
    }

    public override ChainId Chain => _genesis.Chain;

    public override ValidatorSet Validators => _genesis.Validators;

    public override Validator MemberOf(int institution) => new(
        SimulatedSignatures.KeyOf(institution), Agreement.PublicKey, Operators[institution].PublicKey);

    public override IStateMachine Open(SimulatedDisk disk) => new LedgerStateMachine(NewExecutor(disk.States));

    public override string? Check(ReadOnlyMemory<byte> transaction) => _checking.Check(transaction);

    public override ReadOnlyMemory<byte> Encode(ClientRequest request) => _clients.Encode(request);

    /// <summary>Operators take turns in proposing, for each has one proposal.</summary>
    public override IReadOnlyList<ReadOnlyMemory<byte>> Change(ChainEpoch epoch, BlockHeight height, int leaving, int joining)
    {
        ValidatorChange change = ChangeOf(leaving, joining);
        int[] operators = [.. epoch.Validators.Members.Select(m => OperatorOf(m.OperatorKey))];
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
        int client = _clients.Find(decoded.Key);
        return (client >= 0 ? client : -1 - OperatorOf(decoded.Key), decoded.Nonce);
    }

    public override bool IsExecuted(ReadOnlyMemory<byte> receipt) =>
        Canonical.Decode<Receipt>(receipt).Status == ReceiptStatus.Applied;

    public override bool IsAnswered(ReadOnlyMemory<byte> receipt) =>
        Canonical.Decode<Receipt>(receipt).Status is ReceiptStatus.Applied or ReceiptStatus.Refused;

    public override ReadOnlyMemory<byte>? Report(int institution, Evidence evidence) =>
        SignAsOperator(institution, new RecordMisconduct(evidence.Encode()));

    public override bool IsRecorded(IStateMachine state, Evidence evidence, ValidatorSet validators)
    {
        LedgerState current = ((LedgerStateMachine)state).Current.Read();
        Conviction conviction = EvidenceJudge.Convict(evidence, Chain, validators);
        return SharedRules.IsRecorded(current, conviction)
            || current.Tree.Scan(StateKey.MisconductsOf(conviction.VotingKey).Bytes).Count() >= SharedRules.MaxMisconducts;
    }

    public override int CountRecorded(IStateMachine state) =>
        ((LedgerStateMachine)state).Current.Read().Tree.Scan(StateKey.Misconducts.Bytes).Count();

    private static int OperatorOf(PublicKey key) => Array.FindIndex(Operators, o => o.PublicKey == key);

    private ReadOnlyMemory<byte> SignAsOperator(int institution, Command command)
    {
        SigningKey key = Operators[institution];
        AccountId sender = AccountEntry.Name(Chain, key.PublicKey);
        long nonce = ++_operatorNonces[institution];
        return Canonical.Encode(Transaction.Sign(Chain, sender, key, nonce, lastHeight: 0, Canonical.Encode(command)));
    }

    private LedgerExecutor NewExecutor(MemoryStateStore states) =>
        new(new AccountLedger(_genesis, _judge, doubleCheck: true), states, _blobs, _verified, _attachments);
}
