namespace MedChain.Core.Contracts;

/// <summary>What a satisfied policy does.</summary>
public enum PolicyEffect
{
    /// <summary>Allows the request, unless some policy forbids it.</summary>
    Permit,

    /// <summary>Forbids the request, whatever else allows it.</summary>
    Forbid,
}
