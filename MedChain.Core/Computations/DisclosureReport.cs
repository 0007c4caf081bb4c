using MedChain.Core.Encoding;

namespace MedChain.Core.Computations;

/// <summary>What disclosure control did to a result. It says how much was held back, and nothing about whom.</summary>
/// <param name="Minimum">Fewest patients that a released figure is about, 1 or more.</param>
/// <param name="Figures">Figures before the control, 0 to <see cref="ComputationResult.MaxFigures"/>.</param>
/// <param name="Small">Figures held back because they are about too few patients.</param>
/// <param name="Complementary">Figures held back because the small ones would follow from them.</param>
public sealed record DisclosureReport(long Minimum, int Figures, int Small, int Complementary) : ICanonical<DisclosureReport>
{
    /// <summary>Gets the number of figures that are left.</summary>
    public int Released => Figures - Small - Complementary;

    /// <summary>Gets whether nothing is left to release.</summary>
    public bool IsEmpty => Released == 0;

    void ICanonical<DisclosureReport>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Minimum);
        writer.Write((long)Figures);
        writer.Write((long)Small);
        writer.Write((long)Complementary);
    }

    static DisclosureReport ICanonical<DisclosureReport>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        long minimum = reader.ReadNonNegative();
        int figures = reader.ReadInt32(0, ComputationResult.MaxFigures);
        int small = reader.ReadInt32(0, figures);
        return new DisclosureReport(minimum, figures, small, reader.ReadInt32(0, figures - small));
    }
}
