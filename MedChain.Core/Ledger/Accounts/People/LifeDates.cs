using MedChain.Core.Encoding;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>What block time decides about a person.</summary>
/// <param name="Majority">When she comes of age; 0 for somebody who was of age when she was registered.</param>
/// <param name="Died">Block time at which her death was attested; 0 while it is not.</param>
internal sealed record LifeDates(long Majority, long Died) : ICanonical<LifeDates>
{
    public static readonly LifeDates Unknown = new(0, 0);

    public bool IsDead => Died != 0;

    public bool IsMinor(long time) => time < Majority;

    /// <summary>Whether a former minor is of age; when the time is not known, she is taken to be.</summary>
    public bool CameOfAge(long time) => Majority != 0 && (time == 0 || time >= Majority);

    void ICanonical<LifeDates>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Majority);
        writer.Write(Died);
    }

    static LifeDates ICanonical<LifeDates>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new LifeDates(reader.ReadNonNegative(), reader.ReadNonNegative());
    }
}
