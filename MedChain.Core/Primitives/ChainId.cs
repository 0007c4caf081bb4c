namespace MedChain.Core.Primitives;

/// <summary>Names one chain: the hash of its genesis (name, kind and first validators). In every signature, so none can be replayed on
/// another chain.</summary>
/// <param name="Value">The genesis hash; zero for no chain.</param>
public readonly record struct ChainId(Digest Value)
{
    /// <summary>The identifier as 64 lower-case hexadecimal digits.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Value.ToString();
}
