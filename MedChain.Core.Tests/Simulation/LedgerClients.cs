using System.Buffers.Binary;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Ledger.Contracts;
using MedChain.Core.Primitives;
using MedChain.Core.Storage.Memory;

namespace MedChain.Core.Tests.Simulation;

/// <summary>What clients of a simulated ledger send. The administrator registers the others and deploys a contract with its first numbers;
/// then two patients grant and revoke, a practitioner asks for access to their records, and all of them call the contract. What comes
/// before its time is refused, by all validators alike.</summary>
internal sealed class LedgerClients
{
    public const int Administrator = 0;

    private const int Practitioner = 3;
    private const int Registered = 3;

    /// <summary>The client of the liveness check is the administrator, under numbers that a run does not reach.</summary>
    private const int LastClient = 4;

    private const int NonceOfLastClient = 90;

    private const string ContractText = """
        contract Counter {
          state total: Long = 0;
          state at: Map<Long, datetime>;
          event Added(total: Long);

          fn add(amount: Long) {
            if amount > 5 { fail "too much"; }
            total += amount;
            at[context.height] = context.now;
            emit Added(total);
          }
        }
        """;

    private static readonly SigningKey[] Keys =
        [.. Enumerable.Range(0, LastClient).Select(i => SigningKey.FromSeed(Seed("client", i, 0)))];

    private static readonly ContractCode Contract = ContractVm.CompileContract(ContractText, MedicalSchema.Default).Contract!;

    private readonly Genesis _genesis;
    private readonly AgreementKey _agreement;
    private readonly MemoryBlobStore _blobs;
    private readonly Digest _contract;

    /// <param name="genesis">The chain.</param>
    /// <param name="agreement">A key to which nothing is sealed.</param>
    /// <param name="blobs">Where attachments are for all validators.</param>
    public LedgerClients(Genesis genesis, AgreementKey agreement, MemoryBlobStore blobs)
    {
        _genesis = genesis;
        _agreement = agreement;
        _blobs = blobs;
        _contract = ContractEntry.Name(genesis.Chain, genesis.Administrator, "counter", Contract.Id);
    }

    public static SigningKey KeyOf(int client) => Keys[client == LastClient ? Administrator : client];

    /// <summary>Which client has a key; −1 for none.</summary>
    public int Find(PublicKey key) => Array.FindIndex(Keys, k => k.PublicKey == key);

    public ReadOnlyMemory<byte> Encode(ClientRequest request)
    {
        SigningKey key = KeyOf(request.Client);
        long nonce = request.Client == LastClient ? NonceOfLastClient + request.Nonce : request.Nonce;
        Command command = CommandOf(request);
        var transaction = Transaction.Sign(
            _genesis.Chain, AccountOf(request.Client), key, nonce, lastHeight: 0, Canonical.Encode(command));
        return Canonical.Encode(request.Valid ? transaction : transaction with { Nonce = nonce + 1 });
    }

    public static byte[] Seed(string role, long client, long nonce)
    {
        byte[] bytes = new byte[2 * sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, client);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(sizeof(long)), nonce);
        return Digest.Of([.. Digest.Of(System.Text.Encoding.UTF8.GetBytes(role)).ToArray(), .. bytes]).ToArray();
    }

    private static Digest Name(string role, int client, long nonce) => Digest.Of(Seed(role, client, nonce));

    private AccountId AccountOf(int client) => AccountEntry.Name(_genesis.Chain, KeyOf(client).PublicKey);

    private Command CommandOf(ClientRequest request) => request.Client switch
    {
        Administrator or LastClient => Administrate(request),
        Practitioner when request.Nonce % 2 == 0 => Ask(request),
        Practitioner => Call(request),
        _ when request.Content > 0 => new MarkOrder(),
        _ => (request.Nonce % 4) switch
        {
            0 => Grant(request),
            1 => Call(request),
            2 => new RevokeGrant(Name("grant", request.Client, request.Nonce - 2)),
            _ => new MarkOrder(),
        },
    };

    private Command Administrate(ClientRequest request)
    {
        bool isRun = request is { Client: Administrator, Content: 0 };
        if (isRun && request.Nonce == Registered + 1)
        {
            return new DeployContract("counter", Contract.Bytecode);
        }

        bool isClient = isRun && request.Nonce <= Registered;
        using SigningKey other = SigningKey.FromSeed(Seed($"account/{request.Client}/{request.Content}", 0, request.Nonce));
        return new RegisterAccount(new AccountEntry(
            isClient && request.Nonce == Practitioner ? AccountKind.Practitioner : AccountKind.Patient,
            isClient ? KeyOf((int)request.Nonce).PublicKey : other.PublicKey,
            _agreement,
            []));
    }

    private CallContract Call(ClientRequest request) =>
        new(_contract, "add", [new LongValue(1 + (request.Nonce % 6))], ContractRules.MaxGas);

    private SetGrant Grant(ClientRequest request)
    {
        string patient = PermissionRequest.PatientUid(AccountOf(request.Client)).ToString();
        Digest policy = Put(request, new PolicyDocument($$"""
            permit (principal, action == Action::"read", resource)
            when { resource.patient == {{patient}} && context.purpose in Purpose::"TREAT" };
            """));
        return new SetGrant(Name("grant", request.Client, request.Nonce), policy);
    }

    private RequestAccess Ask(ClientRequest request)
    {
        Digest details = Put(request, new AccessDetails(
            "read", "TREAT", "laboratory", "", new Actors(AccountOf(request.Client), ActingSoftware.Library)));
        return new RequestAccess(
            Name($"request/{request.Content}", request.Client, request.Nonce), AccountOf(1 + (int)(request.Nonce % 4 / 2)), details);
    }

    private Digest Put<T>(ClientRequest request, T content)
        where T : ICanonical<T>
    {
        var attachment = Attachment.Create(Seed("salt", request.Client, request.Nonce), content);
        _blobs.PutAsync([attachment.Bytes], CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return attachment.Commitment;
    }
}
