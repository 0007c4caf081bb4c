namespace MedChain.Core.Storage.Files;

/// <summary>An append that waits for its flush.</summary>
internal readonly record struct PendingAppend(LogStream Stream, IReadOnlyList<LogRecord> Records, TaskCompletionSource Done);
