namespace MedChain.Core.Fhir;

/// <summary>A period as a Consent writes it: dates, or moments with a time zone, of FHIR's dateTime. The end belongs to the
/// period.</summary>
/// <param name="Start">The start, or <see langword="null"/> for none.</param>
/// <param name="End">The end, or <see langword="null"/> for none.</param>
public sealed record ConsentPeriod(string? Start, string? End);
