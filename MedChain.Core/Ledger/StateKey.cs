using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>A key of the authenticated state: one letter for the table, then parts of a fixed length, so that all rows of one owner share a
/// prefix.</summary>
internal readonly record struct StateKey(ReadOnlyMemory<byte> Bytes)
{
    public static StateKey Accounts => Of('a');

    public static StateKey Account(AccountId account) => Of('a', account.Value);

    public static StateKey Nonce(AccountId account) => Of('n', account.Value);

    public static StateKey Anchors => Of('c');

    public static StateKey Anchor(ChainId chain) => Of('c', chain.Value);

    public static StateKey Validators => Of('v');

    /// <summary>One of a fixed number of places that past epochs' validators take in turn.</summary>
    public static StateKey PastValidators(int place) => new(new[] { (byte)'e', checked((byte)place) });

    public static StateKey ValidatorProposal(PublicKey proposer) => Of('p', new Digest(proposer.ToArray()));

    public static StateKey Records => Of('r');

    public static StateKey RecordsOf(AccountId owner) => Of('r', owner.Value);

    public static StateKey Record(AccountId owner, Digest record) => Of('r', owner.Value, record);

    /// <summary>Who keeps the shares of a record's key.</summary>
    public static StateKey Custody(AccountId owner, Digest record) => Of('k', owner.Value, record);

    /// <summary>The way of a record's shares to other holders.</summary>
    public static StateKey Reshare(AccountId owner, Digest record) => Of('q', owner.Value, record);

    public static StateKey Erasures => Of('o');

    public static StateKey Erasure(Digest order) => Of('o', order);

    public static StateKey ErasedAttachment(Digest attachment) => Of('x', attachment);

    public static StateKey ErasedAttachments => Of('x');

    public static StateKey HoldsOf(AccountId owner) => Of('h', owner.Value);

    public static StateKey Hold(AccountId owner, Digest hold) => Of('h', owner.Value, hold);

    public static StateKey CustodyMisconducts => Of('s');

    public static StateKey CustodyMisconduct(PublicKey custodian, Digest record, byte kind) =>
        new((byte[])[.. Of('s', Digest.Of(custodian.ToArray()), record).Bytes.Span, kind]);

    public static StateKey Grants => Of('g');

    public static StateKey GrantsOf(AccountId patient) => Of('g', patient.Value);

    public static StateKey Grant(AccountId patient, Digest grant) => Of('g', patient.Value, grant);

    public static StateKey GrantVersions => Of('G');

    public static StateKey GrantVersionsOf(AccountId patient) => Of('G', patient.Value);

    public static StateKey GrantVersionsOf(AccountId patient, Digest grant) => Of('G', patient.Value, grant);

    public static StateKey GrantVersion(AccountId patient, Digest grant, int version) =>
        new((byte[])[.. GrantVersionsOf(patient, grant).Bytes.Span, checked((byte)(version >> 8)), (byte)(version & 0xFF)]);

    public static StateKey RevocationsOf(AccountId patient) => Of('D', patient.Value);

    /// <summary>A patient's revocations of one kind.</summary>
    public static StateKey RevocationsOf(AccountId patient, byte kind) => new((byte[])[.. RevocationsOf(patient).Bytes.Span, kind]);

    public static StateKey Revocation(AccountId patient, byte kind, Digest revocation) =>
        new((byte[])[.. RevocationsOf(patient, kind).Bytes.Span, .. revocation.ToArray()]);

    public static StateKey Decision(Digest request) => Of('d', request);

    /// <summary>What is known of an account's holder besides keys and roles.</summary>
    public static StateKey Person(AccountId account) => Of('i', account.Value);

    public static StateKey GuardiansOf(AccountId ward) => Of('y', ward.Value);

    public static StateKey Guardian(AccountId ward, AccountId guardian) => Of('y', ward.Value, guardian.Value);

    public static StateKey ConsentsOf(AccountId patient) => Of('Y', patient.Value);

    /// <summary>What a grant, or a change of who must consent, waits for.</summary>
    public static StateKey Consent(AccountId patient, Digest subject) => Of('Y', patient.Value, subject);

    /// <summary>The account that a key signs for, when it is not the account's first.</summary>
    public static StateKey KeyHolder(PublicKey key) => Of('K', Digest.Of(key.ToArray()));

    public static StateKey Emergencies => Of('u');

    public static StateKey Emergency(Digest request) => Of('u', request);
    public static StateKey TrailReading(Digest reading) => Of('L', reading);

    public static StateKey AccessReceipt(Digest request) => Of('l', request);

    public static StateKey Misconducts => Of('m');

    public static StateKey MisconductsOf(PublicKey validator) => Of('m', Digest.Of(validator.ToArray()));

    public static StateKey Misconduct(PublicKey validator, Digest place) => Of('m', Digest.Of(validator.ToArray()), place);

    public static StateKey Tasks => Of('t');

    public static StateKey Task(Digest task) => Of('t', task);

    /// <summary>How coarsely the chain counts for tasks.</summary>
    public static StateKey CountBucket => Of('z');

    /// <summary>Who reviews tasks.</summary>
    public static StateKey ReviewPanel => Of('j');

    /// <summary>The tasks in which patients take part, of all patients.</summary>
    public static StateKey TaskMembers => Of('T');

    public static StateKey TaskMembersOf(AccountId patient) => Of('T', patient.Value);

    public static StateKey TaskMember(AccountId patient, Digest task) => Of('T', patient.Value, task);

    public static StateKey Contracts => Of('C');

    public static StateKey Contract(Digest contract) => Of('C', contract);

    /// <summary>How much state a contract has. Its variables are at <see cref="Ledger.Contracts.ContractVariableKey"/>.</summary>
    public static StateKey ContractSize(Digest contract) => Of('U', contract);

    public static StateKey Bytecode(Digest module) => Of('B', module);

    /// <summary>The task that a key of the task table names; <see langword="null"/> for any other key.</summary>
    public static Digest? TryReadTask(ReadOnlyMemory<byte> key) =>
        key.Length == 1 + Digest.Size && key.Span[0] == (byte)'t' ? new Digest(key.Span[1..]) : null;

    /// <summary>The second 32-byte part of a key of two parts.</summary>
    public static Digest SecondPart(ReadOnlyMemory<byte> key) => new(key.Span[(1 + Digest.Size)..]);

    /// <summary>The first 32-byte part.</summary>
    public static Digest FirstPart(ReadOnlyMemory<byte> key) => new(key.Span.Slice(1, Digest.Size));

    private static StateKey Of(char table, params ReadOnlySpan<Digest> parts)
    {
        byte[] bytes = new byte[1 + (parts.Length * Digest.Size)];
        bytes[0] = (byte)table;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i].CopyTo(bytes.AsSpan(1 + (i * Digest.Size)));
        }

        return new StateKey(bytes);
    }
}
