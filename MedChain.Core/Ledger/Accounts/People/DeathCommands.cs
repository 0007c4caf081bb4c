using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>A patient says what she wants after her death.</summary>
internal sealed record SetDirective(Directive Directive) : PeopleCommand
{
    private protected override CommandKind Kind => CommandKind.SetDirective;

    internal static SetDirective ReadFields(ref CanonicalReader reader) => new(reader.Read<Directive>());

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.Write(Directive);
}

/// <summary>A registrar attests that a patient has died, or that an earlier attestation was wrong.</summary>
/// <param name="Account">The patient.</param>
/// <param name="Died">Whether she has.</param>
/// <param name="Evidence">Attachment: from what it is known (<see cref="Note"/>).</param>
internal sealed record AttestDeath(AccountId Account, bool Died, Digest Evidence) : PeopleCommand
{
    private protected override CommandKind Kind => CommandKind.AttestDeath;

    public override IEnumerable<Digest> Brings() => [Evidence];

    internal static AttestDeath ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new AttestDeath(reader.ReadAccountId(), reader.ReadBoolean(), reader.ReadDigest());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Account);
        writer.Write(Died);
        writer.Write(Evidence);
    }
}
