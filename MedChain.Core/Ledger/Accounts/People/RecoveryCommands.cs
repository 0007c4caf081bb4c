using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>An account's holder names who helps when she loses her keys. A change is in force after the delay of the rule
/// before.</summary>
internal sealed record SetRecovery(RecoveryRule Rule) : PeopleCommand
{
    private protected override CommandKind Kind => CommandKind.SetRecovery;

    public override string? Problem() => Rule.Problem();

    internal static SetRecovery ReadFields(ref CanonicalReader reader) => new(reader.Read<RecoveryRule>());

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.Write(Rule);
}

/// <summary>A guardian says that the holder of an account has lost her keys and has these new ones.</summary>
internal sealed record SupportRecovery(AccountId Account, PublicKey Key, AgreementKey AgreementKey) : PeopleCommand
{
    private protected override CommandKind Kind => CommandKind.SupportRecovery;

    public override string? Problem() => AgreementKeyCheck.Problem(AgreementKey);

    internal static SupportRecovery ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new SupportRecovery(reader.ReadAccountId(), reader.ReadPublicKey(), reader.ReadAgreementKey());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Account);
        writer.Write(Key);
        writer.Write(AgreementKey);
    }
}

/// <summary>The holder of the present key stops the recovery of her account.</summary>
internal sealed record VetoRecovery : PeopleCommand
{
    internal override bool Narrows => true;

    private protected override CommandKind Kind => CommandKind.VetoRecovery;

    internal static VetoRecovery ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(0);
        return new VetoRecovery();
    }

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.BeginArray(0);
}

/// <summary>The new keys take over when the delay has passed; signed with the new key, which shows that somebody has it.</summary>
internal sealed record FinishRecovery(AccountId Account) : PeopleCommand
{
    private protected override CommandKind Kind => CommandKind.FinishRecovery;

    internal static FinishRecovery ReadFields(ref CanonicalReader reader) => new(reader.ReadAccountId());

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.Write(Account);
}
