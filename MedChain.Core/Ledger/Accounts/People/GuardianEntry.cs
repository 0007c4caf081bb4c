using MedChain.Core.Encoding;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>A guardianship as the state knows it.</summary>
/// <param name="Scopes">What the guardian may do.</param>
/// <param name="From">Block time from which.</param>
/// <param name="Until">Block time until which, that moment not included.</param>
/// <param name="IsLegal">Whether the administrator appointed her for a minor: then it ends with majority, and not by the ward's
/// word.</param>
internal sealed record GuardianEntry(GuardianScopes Scopes, long From, long Until, bool IsLegal) : ICanonical<GuardianEntry>
{
    void ICanonical<GuardianEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write((long)Scopes);
        writer.Write(From);
        writer.Write(Until);
        writer.Write(IsLegal);
    }

    static GuardianEntry ICanonical<GuardianEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new GuardianEntry(
            (GuardianScopes)reader.ReadInt32(0, (int)GuardianScopes.All),
            reader.ReadNonNegative(),
            reader.ReadNonNegative(),
            reader.ReadBoolean());
    }
}
