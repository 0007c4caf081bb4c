namespace MedChain.Benchmarks.CommandLine;

/// <summary>The command line is wrong; the message says what is and what would be right.</summary>
public sealed class UsageException(string message) : Exception(message);
