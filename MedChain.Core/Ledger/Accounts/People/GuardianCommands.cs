using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>A patient appoints a guardian, or the administrator one for a minor. An earlier appointment of the same two is
/// replaced.</summary>
/// <param name="Ward">The patient.</param>
/// <param name="Guardian">The guardian's account.</param>
/// <param name="Scopes">What she may do.</param>
/// <param name="From">Block time from which.</param>
/// <param name="Until">Block time until which.</param>
internal sealed record AppointGuardian(AccountId Ward, AccountId Guardian, GuardianScopes Scopes, long From, long Until) : PeopleCommand
{
    private protected override CommandKind Kind => CommandKind.AppointGuardian;

    public override string? Problem() =>
        Scopes == GuardianScopes.None ? "A guardian has at least one scope."
        : From >= Until ? "A guardianship ends after it begins."
        : Ward == Guardian ? "Nobody is her own guardian."
        : null;

    internal static AppointGuardian ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new AppointGuardian(
            reader.ReadAccountId(),
            reader.ReadAccountId(),
            (GuardianScopes)reader.ReadInt32(0, (int)GuardianScopes.All),
            reader.ReadNonNegative(),
            reader.ReadNonNegative());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(Ward);
        writer.Write(Guardian);
        writer.Write((long)Scopes);
        writer.Write(From);
        writer.Write(Until);
    }
}

/// <summary>The patient, the guardian, or for a minor the administrator ends a guardianship.</summary>
internal sealed record EndGuardianship(AccountId Ward, AccountId Guardian) : PeopleCommand
{
    internal override bool Narrows => true;

    private protected override CommandKind Kind => CommandKind.EndGuardianship;

    internal static EndGuardianship ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new EndGuardianship(reader.ReadAccountId(), reader.ReadAccountId());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Ward);
        writer.Write(Guardian);
    }
}

/// <summary>A guardian, or a deceased patient's executor, sends a command for her ward, signed with the guardian's own key.</summary>
/// <param name="Ward">The patient.</param>
/// <param name="Body">Canonical command, as the ward would send it. Read when it is looked at, so that nesting costs nothing.</param>
internal sealed record ActFor(AccountId Ward, ReadOnlyMemory<byte> Body) : PeopleCommand
{
    public ActFor(AccountId ward, Command command)
        : this(ward, Canonical.Encode(command))
    {
    }

    /// <summary>What is done for the ward.</summary>
    public Command Inner => Canonical.Decode<Command>(Body);

    private protected override CommandKind Kind => CommandKind.ActFor;

    /// <summary>What a command does, whoever sends it: a guardian's is that of her ward.</summary>
    public static Command Unwrap(Command command) =>
        command is ActFor act && Canonical.TryDecode(act.Body, out Command? inner, out _) ? inner : command;

    public override string? Problem() =>
        !Canonical.TryDecode(Body, out Command? inner, out string? reason) ? $"The command for the ward is malformed: {reason}"
        : inner.NeededScope == GuardianScopes.None ? $"No guardian may send a command {inner.GetType().Name} for her ward."
        : null;

    internal static ActFor ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new ActFor(reader.ReadAccountId(), reader.ReadBytes(Transaction.MaxBytes));
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Ward);
        writer.Write(Body.Span);
    }
}

/// <summary>The administrator says when a minor comes of age.</summary>
/// <param name="Account">The minor's account.</param>
/// <param name="Majority">The moment, in block time.</param>
internal sealed record SetMajority(AccountId Account, long Majority) : PeopleCommand
{
    private protected override CommandKind Kind => CommandKind.SetMajority;

    internal static SetMajority ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new SetMajority(reader.ReadAccountId(), reader.ReadNonNegative());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Account);
        writer.Write(Majority);
    }
}
