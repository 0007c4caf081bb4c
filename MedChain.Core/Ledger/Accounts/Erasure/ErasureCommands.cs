using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Erasure;

/// <summary>Somebody who may orders that records are erased. In force from its own height: nothing can be asked of them any more.</summary>
/// <param name="Order">A random identifier.</param>
/// <param name="Owner">Whose records.</param>
/// <param name="Scope">Which records.</param>
/// <param name="Window">Within how many milliseconds of block time custodians must confirm, lest they are overdue.</param>
internal sealed record OrderErasure(Digest Order, AccountId Owner, ErasureScope Scope, long Window) : Command
{
    public const long MinWindow = 1_000;
    public const long MaxWindow = 30L * 24 * 3_600 * 1_000;

    internal override bool Narrows => true;

    internal override GuardianScopes NeededScope => GuardianScopes.Erase;

    private protected override CommandKind Kind => CommandKind.OrderErasure;

    /// <summary>What is wrong with it whatever the state; <see langword="null"/> for nothing.</summary>
    public string? Problem() => Window is < MinWindow or > MaxWindow
        ? $"Custodians have {Window} ms to confirm; it must be {MinWindow} to {MaxWindow}."
        : Scope.Problem();

    internal static OrderErasure ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new OrderErasure(
            reader.ReadDigest(), reader.ReadAccountId(), reader.Read<ErasureScope>(), reader.ReadNonNegative());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Order);
        writer.Write(Owner);
        writer.Write(Scope);
        writer.Write(Window);
    }
}

/// <summary>A custodian's word that it has destroyed its share of one record's key, with the roots of its roster, the sorted Merkle tree of
/// the handles of all shares that it keeps.</summary>
/// <param name="Owner">The record's owner.</param>
/// <param name="Record">The record.</param>
/// <param name="Before">Root of the roster with the handle.</param>
/// <param name="After">Root of the roster without it, and with all the others.</param>
/// <param name="Path">The handle's way through the roster before; what is left of it leads to the root after, and so proves there that the
/// handle is absent.</param>
internal sealed record ErasureReceipt(AccountId Owner, Digest Record, Digest Before, Digest After, StateProof Path)
    : ICanonical<ErasureReceipt>
{
    void ICanonical<ErasureReceipt>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(Owner);
        writer.Write(Record);
        writer.Write(Before);
        writer.Write(After);
        writer.Write(Path);
    }

    static ErasureReceipt ICanonical<ErasureReceipt>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new ErasureReceipt(
            reader.ReadAccountId(), reader.ReadDigest(), reader.ReadDigest(), reader.ReadDigest(), reader.Read<StateProof>());
    }
}

/// <summary>A custodian confirms erasures; signed with its operator key.</summary>
/// <param name="Receipts">1 to <see cref="MaxCount"/> receipts.</param>
internal sealed record ConfirmErasures(ImmutableArray<ErasureReceipt> Receipts) : Command
{
    /// <summary>Most receipts of one command: with their paths they must fit a transaction.</summary>
    public const int MaxCount = 32;

    private protected override CommandKind Kind => CommandKind.ConfirmErasures;

    internal static ConfirmErasures ReadFields(ref CanonicalReader reader) => new([.. reader.ReadList<ErasureReceipt>(MaxCount)]);

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.WriteList(Receipts);
}

/// <summary>An organisation that may keeps records from being erased.</summary>
/// <param name="Hold">A random identifier.</param>
/// <param name="Owner">Whose records.</param>
/// <param name="Record">The one record; zero for all, also future ones.</param>
internal sealed record SetLegalHold(Digest Hold, AccountId Owner, Digest Record) : Command
{
    private protected override CommandKind Kind => CommandKind.SetLegalHold;

    internal static SetLegalHold ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new SetLegalHold(reader.ReadDigest(), reader.ReadAccountId(), reader.ReadDigest());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Hold);
        writer.Write(Owner);
        writer.Write(Record);
    }
}

/// <summary>The organisation that set a legal hold lifts it.</summary>
internal sealed record LiftLegalHold(Digest Hold, AccountId Owner) : Command
{
    private protected override CommandKind Kind => CommandKind.LiftLegalHold;

    internal static LiftLegalHold ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new LiftLegalHold(reader.ReadDigest(), reader.ReadAccountId());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Hold);
        writer.Write(Owner);
    }
}

/// <summary>Anybody shows the secret that a custodian signed to have destroyed together with its share.</summary>
/// <param name="Owner">The record's owner.</param>
/// <param name="Record">The record.</param>
/// <param name="Custodian">The custodian's place among the record's custodians.</param>
/// <param name="Secret">What the share's handle is the hash of (<see cref="Shares.ShareHandle"/>).</param>
internal sealed record ReportResurfacedShare(AccountId Owner, Digest Record, int Custodian, Digest Secret) : Command
{
    private protected override CommandKind Kind => CommandKind.ReportResurfacedShare;

    internal static ReportResurfacedShare ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new ReportResurfacedShare(
            reader.ReadAccountId(), reader.ReadDigest(), reader.ReadInt32(0, Blocks.ValidatorSet.MaxCount - 1), reader.ReadDigest());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Owner);
        writer.Write(Record);
        writer.Write((long)Custodian);
        writer.Write(Secret);
    }
}
