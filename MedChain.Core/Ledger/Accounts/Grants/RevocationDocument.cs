using MedChain.Core.Contracts;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Grants;

/// <summary>What a revocation takes back. On the wire: the numbers do not change.</summary>
internal enum RevocationKind
{
    /// <summary>One grant.</summary>
    Grant = 0,

    /// <summary>All grants that say one thing: that have one template, one text or one attachment.</summary>
    Policy = 1,

    /// <summary>All that a person, an organisation or a role may do under the grants that there are.</summary>
    Grantee = 2,

    /// <summary>All that is permitted to anybody.</summary>
    Everything = 3,
}

/// <summary>What is taken back and why, an erasable attachment: the chain does not show whom a patient shuts out.</summary>
/// <param name="Kind">What is taken back.</param>
/// <param name="Target">The grant, or the hash of a template's or a policy's text, or a policy's commitment; zero for other kinds.</param>
/// <param name="GranteeType">Cedar type of the grantee; empty for other kinds.</param>
/// <param name="GranteeId">Its identifier; empty for other kinds.</param>
/// <param name="Reason">Why; may be empty.</param>
internal sealed record RevocationDocument(RevocationKind Kind, Digest Target, string GranteeType, string GranteeId, string Reason)
    : ICanonical<RevocationDocument>
{
    public const int MaxReasonBytes = 4 * 1024;
    public const string Role = "Role";
    public const string Organization = "Organization";
    private const int MaxTypeBytes = 32;
    private const int MaxIdBytes = 128;

    /// <summary>What is wrong with it whatever the state; <see langword="null"/> for nothing.</summary>
    public string? Problem() => Kind switch
    {
        RevocationKind.Grantee when GranteeType is not ("Clinician" or "Researcher" or "Patient" or Organization or Role)
            || !EntityUid.TryCreate(GranteeType, GranteeId, out _) || GranteeId.Length == 0 || !Target.IsZero =>
            "The revocation names no grantee: give a person, an organisation or a role.",
        RevocationKind.Grant or RevocationKind.Policy when Target.IsZero || GranteeType.Length + GranteeId.Length > 0 =>
            "The revocation names nothing that is taken back: give a grant or a policy, and nothing else.",
        RevocationKind.Everything when !Target.IsZero || GranteeType.Length + GranteeId.Length > 0 =>
            "A revocation of everything names nothing.",
        _ => null,
    };

    /// <summary>Whether somebody is the grantee, or is of the organisation or in the role that is.</summary>
    /// <param name="party">Who.</param>
    /// <param name="institution">The chain's name, which is the organization of its practitioners.</param>
    public bool IsAbout(DecisionParty party, string institution) => GranteeType switch
    {
        Role => party.Roles.Contains(GranteeId),
        Organization when party.Kind == AccountKind.Practitioner && GranteeId == institution => true,
        _ => AccountEntity.Of(party.Kind, party.Account) is { } person && person.Type == GranteeType && person.Id == GranteeId,
    };

    void ICanonical<RevocationDocument>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write((long)Kind);
        writer.Write(Target);
        writer.Write(GranteeType);
        writer.Write(GranteeId);
        writer.Write(Reason);
    }

    static RevocationDocument ICanonical<RevocationDocument>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new RevocationDocument(
            (RevocationKind)reader.ReadInt32(0, (int)RevocationKind.Everything),
            reader.ReadDigest(),
            reader.ReadString(MaxTypeBytes),
            reader.ReadString(MaxIdBytes),
            reader.ReadString(MaxReasonBytes));
    }
}

/// <summary>A revocation that goes on to count: no grant that was there before it is used for its grantee.</summary>
/// <param name="Document">Commitment of the <see cref="RevocationDocument"/>.</param>
/// <param name="Height">The block from which on it counts.</param>
internal sealed record RevocationEntry(Digest Document, BlockHeight Height) : ICanonical<RevocationEntry>
{
    void ICanonical<RevocationEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Document);
        writer.Write(Height);
    }

    static RevocationEntry ICanonical<RevocationEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new RevocationEntry(reader.ReadDigest(), reader.ReadHeight());
    }
}
