namespace MedChain.Samples.HospitalNetwork.Direct;

/// <summary>A released figure beside the same one from elsewhere.</summary>
/// <param name="Name">The figure.</param>
/// <param name="Released">The released number as text.</param>
/// <param name="Expected">The other one; <see langword="null"/> if there is none.</param>
/// <param name="Agrees">Whether they are equal, within the tolerance unless they are counts.</param>
internal sealed record ComparedFigure(string Name, string Released, double? Expected, bool Agrees);
