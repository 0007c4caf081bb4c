using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>The administrator suspends an account: nothing is decided in its favour, and its grants open nothing.</summary>
/// <param name="Account">The account.</param>
/// <param name="Reason">Attachment: why (<see cref="Note"/>).</param>
internal sealed record SuspendAccount(AccountId Account, Digest Reason) : PeopleCommand
{
    private protected override CommandKind Kind => CommandKind.SuspendAccount;

    public override IEnumerable<Digest> Brings() => [Reason];

    internal static SuspendAccount ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new SuspendAccount(reader.ReadAccountId(), reader.ReadDigest());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Account);
        writer.Write(Reason);
    }
}

/// <summary>The administrator ends a suspension.</summary>
/// <param name="Account">The account.</param>
/// <param name="Reason">Attachment: why (<see cref="Note"/>).</param>
internal sealed record ReinstateAccount(AccountId Account, Digest Reason) : PeopleCommand
{
    private protected override CommandKind Kind => CommandKind.ReinstateAccount;

    public override IEnumerable<Digest> Brings() => [Reason];

    internal static ReinstateAccount ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new ReinstateAccount(reader.ReadAccountId(), reader.ReadDigest());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Account);
        writer.Write(Reason);
    }
}

/// <summary>Words about a decision, an erasable attachment.</summary>
/// <param name="Text">The words, at most <see cref="MaxBytes"/> of UTF-8.</param>
internal sealed record Note(string Text) : ICanonical<Note>
{
    public const int MaxBytes = 4 * 1024;

    void ICanonical<Note>.Write(ref CanonicalWriter writer) => writer.Write(Text);

    static Note ICanonical<Note>.Read(ref CanonicalReader reader) => new(reader.ReadString(MaxBytes));
}
