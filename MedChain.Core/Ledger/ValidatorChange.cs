using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>One change of a chain's validators: one joins, one leaves, or one takes another's place. One at a time, so that an epoch begins
/// with at most one validator that may not be there yet.</summary>
/// <param name="Leaving">Voting key of the one that leaves; <see langword="default"/> when nobody does.</param>
/// <param name="Joining">The one that joins; <see langword="null"/> when nobody does.</param>
public sealed record ValidatorChange(PublicKey Leaving, Validator? Joining) : ICanonical<ValidatorChange>
{
    /// <summary>A new validator joins.</summary>
    /// <param name="joining">Its keys.</param>
    /// <returns>The change.</returns>
    public static ValidatorChange Add(Validator joining) => new(default, joining);

    /// <summary>A validator leaves.</summary>
    /// <param name="leaving">Its voting key.</param>
    /// <returns>The change.</returns>
    public static ValidatorChange Remove(PublicKey leaving) => new(leaving, null);

    /// <summary>A validator takes another's place, or the same institution gets fresh keys: the only way back for one whose log is damaged
    /// or whose key is lost.</summary>
    /// <param name="leaving">Voting key of the old one.</param>
    /// <param name="joining">Keys of the new one.</param>
    /// <returns>The change.</returns>
    public static ValidatorChange Replace(PublicKey leaving, Validator joining) => new(leaving, joining);

    /// <summary>Applies the change.</summary>
    /// <param name="current">The validators it starts from.</param>
    /// <param name="next">The validators after it; <see langword="null"/> when it does not fit them.</param>
    /// <returns><see langword="null"/>, or why it does not fit.</returns>
    internal string? TryApply(ValidatorSet current, out ValidatorSet? next)
    {
        next = null;
        int place = -1;
        for (int i = 0; i < current.Count; i++)
        {
            place = Leaving != default && current.Members[i].VotingKey == Leaving ? i : place;
        }

        if (Leaving != default && place < 0)
        {
            return $"No validator has the voting key {Leaving}.";
        }

        if (Leaving == default && Joining is null)
        {
            return "The change changes nothing.";
        }

        if (Joining is { } joining && AgreementKeyCheck.Problem(joining.CustodyKey) is { } unusable)
        {
            return $"The custody key of the joining validator cannot be used: {unusable}";
        }

        if (Joining?.HybridCustodyKey is { } hybrid && !XWing.IsUsable(hybrid.Bytes))
        {
            return $"The hybrid custody key {hybrid} of the joining validator is no X-Wing key; make a real one.";
        }

        ImmutableArray<Validator> members = place < 0 ? current.Members.Add(Joining!)
            : Joining is { } replacing ? current.Members.SetItem(place, replacing)
            : current.Members.RemoveAt(place);
        try
        {
            next = new ValidatorSet(members, current.Rules);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }

    void ICanonical<ValidatorChange>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Leaving);
        writer.WriteOptional(Joining);
    }

    static ValidatorChange ICanonical<ValidatorChange>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new ValidatorChange(reader.ReadPublicKey(), reader.ReadOptional<Validator>());
    }
}
