namespace MedChain.Samples.HospitalNetwork.Output;

/// <summary>Something that must hold, and whether it did.</summary>
/// <param name="Name">What must hold.</param>
/// <param name="Expected">What was expected.</param>
/// <param name="Actual">What was found.</param>
/// <param name="Passed">Whether it holds.</param>
internal sealed record Check(string Name, string Expected, string Actual, bool Passed)
{
    /// <summary>Two values must be equal.</summary>
    public static Check Equal<T>(string name, T expected, T actual) => new(
        name, $"{expected}", $"{actual}", EqualityComparer<T>.Default.Equals(expected, actual));

    /// <summary>A condition must hold.</summary>
    public static Check That(string name, bool condition, string expected, string actual) => new(name, expected, actual, condition);
}
