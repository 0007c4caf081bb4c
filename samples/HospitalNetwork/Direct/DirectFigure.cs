namespace MedChain.Samples.HospitalNetwork.Direct;

/// <summary>One number computed directly from the input.</summary>
/// <param name="Name">The name that a result gives it.</param>
/// <param name="Value">The number; a whole one for a count.</param>
internal readonly record struct DirectFigure(string Name, double Value);
