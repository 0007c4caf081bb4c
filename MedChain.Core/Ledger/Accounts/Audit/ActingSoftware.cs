using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Audit;

/// <summary>The software that acts for a human: every access and every reading of a log names both. Nobody can prove which software runs
/// elsewhere, so this is the signer's word.</summary>
/// <param name="Name">What it is called, 1 to <see cref="MaxNameBytes"/> bytes, such as "ward-round".</param>
/// <param name="Version">Its version, 1 to <see cref="MaxVersionBytes"/> bytes.</param>
/// <param name="Account">Its own account on the chain; <see langword="default"/> for none.</param>
public sealed record ActingSoftware(string Name, string Version, AccountId Account = default) : ICanonical<ActingSoftware>
{
    /// <summary>Longest name in bytes.</summary>
    public const int MaxNameBytes = 64;

    /// <summary>Longest version in bytes.</summary>
    public const int MaxVersionBytes = 32;

    /// <summary>Gets this library, which a host that names no software of its own acts through.</summary>
    public static ActingSoftware Library { get; } =
        new("MedChain.Core", typeof(ActingSoftware).Assembly.GetName().Version?.ToString(3) ?? "0.0.0");

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Version}";

    /// <summary>What is wrong with it whatever the state; <see langword="null"/> for nothing.</summary>
    internal string? Problem() => Name.Length > 0 && Version.Length > 0
        && System.Text.Encoding.UTF8.GetByteCount(Name) <= MaxNameBytes
        && System.Text.Encoding.UTF8.GetByteCount(Version) <= MaxVersionBytes
            ? null
            : $"The acting software has a name of 1 to {MaxNameBytes} bytes and a version of 1 to {MaxVersionBytes}.";

    void ICanonical<ActingSoftware>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Name);
        writer.Write(Version);
        writer.Write(Account);
    }

    static ActingSoftware ICanonical<ActingSoftware>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new ActingSoftware(reader.ReadString(MaxNameBytes), reader.ReadString(MaxVersionBytes), reader.ReadAccountId());
    }
}
