namespace MedChain.Core.Consensus;

/// <summary>A validator stopped for good because something that must hold does not: the message says what and what to do. The other
/// validators and the process go on.</summary>
public sealed class ConsensusException : Exception
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What does not hold, and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ConsensusException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
