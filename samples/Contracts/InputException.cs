namespace MedChain.Samples.Contracts;

/// <summary>An input is wrong; the message says which, and what to do.</summary>
internal sealed class InputException(string message) : Exception(message);
