namespace MedChain.Core.Contracts.Profile;

/// <summary>A code of the medical vocabulary.</summary>
/// <param name="Code">The code, as policies name it.</param>
/// <param name="Parent">The code directly above it, or <see langword="null"/>.</param>
/// <param name="Words">What it is, in words that a patient knows.</param>
internal sealed record MedicalTerm(string Code, string? Parent, string Words);
