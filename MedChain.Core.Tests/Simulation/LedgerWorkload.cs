using System.Buffers.Binary;
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

/// <summary>The real ledger of an account chain over stores in memory. Every request registers an account, signed by the administrator
/// with real keys.</summary>
internal sealed class LedgerWorkload : Workload
{
    /// <summary>Requests of one client; more would leave the window of nonces when they come out of order.</summary>
    private const int NoncesPerClient = 24;

    private static readonly SigningKey Administrator = SigningKey.FromSeed(Seed("administrator", 0, 0));
    private static readonly DecryptionKey Agreement = DecryptionKey.FromSeed(Seed("agreement", 0, 0));
    private readonly VerifiedTransactions _verified = new();
    private readonly MemoryBlobStore _blobs = new();
    private readonly AttachmentCache _attachments = new();
    private readonly Genesis _genesis;
    private readonly LedgerExecutor _checking;

    public LedgerWorkload(int count)
    {
        var validators = new ValidatorSet([.. Enumerable.Range(0, count).Select(i => new Validator(
            SimulatedSignatures.KeyOf(i), Agreement.PublicKey, new PublicKey(Seed("operator", i, 0))))]);
        _genesis = new Genesis(ChainKind.Account, "simulated", validators, Administrator.PublicKey, Agreement.PublicKey);
        _checking = NewExecutor(new MemoryStateStore());
    }

    public override ChainId Chain => _genesis.Chain;

    public override ValidatorSet Validators => _genesis.Validators;

    public override IStateMachine Open(SimulatedDisk disk) => new LedgerStateMachine(NewExecutor(disk.States));

    public override string? Check(ReadOnlyMemory<byte> transaction) => _checking.Check(transaction);

    public override ReadOnlyMemory<byte> Encode(ClientRequest request)
    {
        using SigningKey key = SigningKey.FromSeed(Seed($"account/{request.Content}", request.Client, request.Nonce));
        var command = new RegisterAccount(new AccountEntry(AccountKind.Patient, key.PublicKey, Agreement.PublicKey, []));
        long nonce = (request.Client % (NonceWindow.Width / NoncesPerClient) * NoncesPerClient) + request.Nonce;
        AccountId sender = AccountEntry.Name(Chain, Administrator.PublicKey);
        SigningKey signer = request.Valid ? Administrator : key;
        Transaction transaction = Transaction.Sign(Chain, sender, signer, nonce, lastHeight: 0, Canonical.Encode<Command>(command));
        return Canonical.Encode(request.Valid ? transaction : transaction with { Key = Administrator.PublicKey });
    }

    public override (long Client, long Nonce) Identify(ReadOnlyMemory<byte> transaction) =>
        (0, Canonical.Decode<Transaction>(transaction).Nonce);

    public override bool IsExecuted(ReadOnlyMemory<byte> receipt) =>
        Canonical.Decode<Receipt>(receipt).Status is ReceiptStatus.Applied or ReceiptStatus.Refused;

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
