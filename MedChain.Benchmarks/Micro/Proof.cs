namespace MedChain.Benchmarks.Micro;

/// <summary>Shows in a benchmark's setup that it measures the successful case.</summary>
internal static class Proof
{
    /// <exception cref="InvalidOperationException">It does not hold: the benchmark would measure a failure.</exception>
    public static void That(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"The benchmark would measure a failure: {what} does not hold.");
        }
    }
}
