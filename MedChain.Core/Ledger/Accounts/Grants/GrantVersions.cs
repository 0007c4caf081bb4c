using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Grants;

/// <summary>One version of what a grant says, kept so that old decisions can be followed.</summary>
/// <param name="Policy">The policy's attachment.</param>
/// <param name="Previous">That of the version before; zero for the first.</param>
/// <param name="From">The block from which on it is in force.</param>
/// <param name="Set">The block that set it.</param>
internal sealed record GrantVersion(Digest Policy, Digest Previous, BlockHeight From, BlockHeight Set) : ICanonical<GrantVersion>
{
    /// <summary>Most versions of one grant.</summary>
    public const int Max = 1_024;

    void ICanonical<GrantVersion>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Policy);
        writer.Write(Previous);
        writer.Write(From);
        writer.Write(Set);
    }

    static GrantVersion ICanonical<GrantVersion>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new GrantVersion(reader.ReadDigest(), reader.ReadDigest(), reader.ReadHeight(), reader.ReadHeight());
    }
}

/// <summary>A version that is not in force yet.</summary>
/// <param name="Policy">The policy's attachment.</param>
/// <param name="From">The block from which on it is in force.</param>
internal sealed record NextPolicy(Digest Policy, BlockHeight From) : ICanonical<NextPolicy>
{
    void ICanonical<NextPolicy>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Policy);
        writer.Write(From);
    }

    static NextPolicy ICanonical<NextPolicy>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new NextPolicy(reader.ReadDigest(), reader.ReadHeight());
    }
}

/// <summary>A grant that a decision used, in the version that it used.</summary>
/// <param name="Grant">The grant.</param>
/// <param name="Version">Its version.</param>
/// <param name="Consumes">Whether a use of it was counted.</param>
internal sealed record GrantUse(Digest Grant, int Version, bool Consumes) : ICanonical<GrantUse>
{
    void ICanonical<GrantUse>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Grant);
        writer.Write((long)Version);
        writer.Write(Consumes);
    }

    static GrantUse ICanonical<GrantUse>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new GrantUse(reader.ReadDigest(), reader.ReadInt32(1, GrantVersion.Max), reader.ReadBoolean());
    }
}
