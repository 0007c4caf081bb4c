namespace MedChain.Core.Encoding;

/// <summary>Bytes are not the canonical encoding of what they should be. Thrown by decoders only; code at a boundary turns it into a
/// refusal.</summary>
public sealed class MalformedDataException : Exception
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What was found, and what is allowed.</param>
    public MalformedDataException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception with its cause.</summary>
    /// <param name="message">What was found, and what is allowed.</param>
    /// <param name="innerException">The cause.</param>
    public MalformedDataException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
