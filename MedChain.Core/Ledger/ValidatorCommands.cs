using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>A validator's operator proposes a change of the validators and approves it with the same transaction. Each operator has one
/// proposal; a new one takes the place of the old one.</summary>
/// <param name="Change">The change.</param>
/// <param name="LastHeight">The last block in which it may be approved.</param>
internal sealed record ProposeValidators(ValidatorChange Change, BlockHeight LastHeight) : Command
{
    private protected override CommandKind Kind => CommandKind.ProposeValidators;

    internal static ProposeValidators ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new ProposeValidators(reader.Read<ValidatorChange>(), reader.ReadHeight());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Change);
        writer.Write(LastHeight);
    }
}

/// <summary>Another operator approves it.</summary>
/// <param name="Proposer">Operator key of who proposed.</param>
/// <param name="Change">The change as proposed: an operator approves what it says, not what a name stands for.</param>
internal sealed record ApproveValidators(PublicKey Proposer, ValidatorChange Change) : Command
{
    private protected override CommandKind Kind => CommandKind.ApproveValidators;

    internal static ApproveValidators ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new ApproveValidators(reader.ReadPublicKey(), reader.Read<ValidatorChange>());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Proposer);
        writer.Write(Change);
    }
}
