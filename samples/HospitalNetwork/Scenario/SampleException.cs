namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>The run cannot go on. The message is the one line that the user gets: what, why, and what to do.</summary>
internal sealed class SampleException(string message) : Exception(message);
