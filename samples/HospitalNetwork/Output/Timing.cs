namespace MedChain.Samples.HospitalNetwork.Output;

/// <summary>How long a step took.</summary>
/// <param name="Step">The step.</param>
/// <param name="Elapsed">Its time.</param>
/// <param name="Items">How many things it did; 0 when it is one thing.</param>
/// <param name="Bytes">How much data went through it; 0 when that says nothing.</param>
internal sealed record Timing(string Step, TimeSpan Elapsed, long Items, long Bytes);
