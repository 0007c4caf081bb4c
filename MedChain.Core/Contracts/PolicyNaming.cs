namespace MedChain.Core.Contracts;

/// <summary>Where policies get the names from under which decisions report them.</summary>
public enum PolicyNaming
{
    /// <summary>The <c>@id</c> annotation where there is one, else the position. Two policies of one name are refused.</summary>
    IdAnnotation,

    /// <summary><c>policy0</c>, <c>policy1</c> and so on by position in the text, as Cedar's own tools name them.</summary>
    Position,
}
