namespace MedChain.Core.Encoding;

/// <summary>A type with exactly one encoding. <see cref="Read"/> accepts only bytes that <see cref="Write"/> would have written.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
internal interface ICanonical<TSelf>
    where TSelf : ICanonical<TSelf>
{
    void Write(ref CanonicalWriter writer);

    static abstract TSelf Read(ref CanonicalReader reader);
}
