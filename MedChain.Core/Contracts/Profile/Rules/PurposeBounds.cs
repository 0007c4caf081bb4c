namespace MedChain.Core.Contracts.Profile.Rules;

/// <summary>When a purpose of use is meant. Emergencies are apart: a permit opens with a broken glass alone for them.</summary>
internal static class PurposeBounds
{
    /// <summary>A purpose of use by its code.</summary>
    /// <exception cref="ArgumentException">HL7 lists no such purpose.</exception>
    public static (Bounds Ordinary, Bounds Emergency) Of(string code) => IsKnown(code)
        ? Of(new EntityUid("Purpose", code))
        : throw new ArgumentException($"There is no purpose of use {code}; give a code of HL7's ActReason, such as TREAT.");

    /// <summary>A purpose that HL7 lists.</summary>
    public static (Bounds Ordinary, Bounds Emergency) Of(EntityUid purpose)
    {
        string said = $"context.purpose in {purpose}";
        return purpose.Id is "ETREAT" or "BTG"
            ? (new Bounds(Bounds.Never, said), Bounds.Exactly(said))
            : (Bounds.Exactly(said), Bounds.Exactly(Bounds.Never));
    }

    public static bool IsKnown(string code) => MedicalVocabulary.Purposes.Any(term => term.Code == code);
}
