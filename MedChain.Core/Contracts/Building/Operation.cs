namespace MedChain.Core.Contracts.Building;

/// <summary>The operations of computations, as entities.</summary>
public static class Operation
{
    /// <summary>Gets counting.</summary>
    public static EntityUid Count => new("Operation", "count");

    /// <summary>Gets the mean of a measurement.</summary>
    public static EntityUid Mean => new("Operation", "mean");

    /// <summary>Gets the distribution of a measurement.</summary>
    public static EntityUid Histogram => new("Operation", "histogram");
}
