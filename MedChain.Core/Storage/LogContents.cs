namespace MedChain.Core.Storage;

/// <summary>What a consensus log held for one stream when it was opened.</summary>
/// <param name="Records">In the order of their appends.</param>
/// <param name="Damage"><see langword="null"/>, or where and how a record before the end is damaged: then the validator must not
/// vote.</param>
public sealed record LogContents(IReadOnlyList<LogRecord> Records, string? Damage);
