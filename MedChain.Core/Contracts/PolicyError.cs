namespace MedChain.Core.Contracts;

/// <summary>Why a policy text is refused.</summary>
/// <param name="Line">Line in the text, from 1.</param>
/// <param name="Column">Character in the line, from 1.</param>
/// <param name="Message">What is wrong, and what to write instead.</param>
public sealed record PolicyError(int Line, int Column, string Message)
{
    /// <summary>The place and the message.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Line}:{Column}: {Message}");
}
