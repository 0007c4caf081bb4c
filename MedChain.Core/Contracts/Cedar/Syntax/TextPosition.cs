namespace MedChain.Core.Contracts.Cedar.Syntax;

/// <summary>A place in a text; line and column count from 1. <see langword="default"/> is no place.</summary>
internal readonly record struct TextPosition(int Line, int Column)
{
    /// <summary>An error at this place.</summary>
    public PolicyError Error(string message) => new(Line, Column, message);

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Line}:{Column}");
}
