using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MedChain.Core.Contracts.Cedar.Evaluation;

namespace MedChain.Core.Contracts;

/// <summary>An IPv4 or IPv6 address, or a range of them: an address and the number of leading bits that are fixed.</summary>
public sealed class IpAddressValue : CedarValue
{
    private const int Width4 = 32;
    private const int Width6 = 128;

    private readonly UInt128 _address;

    private IpAddressValue(bool isIpv4, UInt128 address, int prefix)
    {
        IsIpv4 = isIpv4;
        _address = address;
        Prefix = prefix;
    }

    /// <summary>Gets whether this is IPv4; else it is IPv6.</summary>
    public bool IsIpv4 { get; }

    /// <summary>Gets the number of fixed bits: 32 or 128 for a single address.</summary>
    public int Prefix { get; }

    /// <summary>Gets whether every address is a loopback one: 127.0.0.0/8 or ::1.</summary>
    public bool IsLoopback => IsIpv4 ? Prefix >= 8 && _address >> 24 == 127 : Prefix == Width6 && _address == UInt128.One;

    /// <summary>Gets whether every address is a multicast one: 224.0.0.0/4 or ff00::/8.</summary>
    public bool IsMulticast => IsIpv4 ? Prefix >= 4 && _address >> 28 == 14 : Prefix >= 8 && _address >> 120 == 255;

    /// <summary>Gets the address as a number, the first group highest.</summary>
    internal UInt128 Bits => _address;

    /// <inheritdoc/>
    internal override string TypeName => "ipaddr";

    /// <inheritdoc/>
    internal override int Rank => 7;

    private UInt128 HostMask => Prefix == 0
        ? (IsIpv4 ? uint.MaxValue : UInt128.MaxValue)
        : (UInt128.One << ((IsIpv4 ? Width4 : Width6) - Prefix)) - 1;

    /// <summary>Reads an address or a range, such as <c>10.0.0.0/8</c> or <c>2001:db8::/32</c>.</summary>
    /// <param name="text">The text. No leading zeros in IPv4 numbers or the prefix; no IPv4 notation inside IPv6; no zone.</param>
    /// <param name="value">The address, or <see langword="null"/>.</param>
    /// <returns>Whether the text is an address or a range.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out IpAddressValue? value)
    {
        value = null;
        ReadOnlySpan<char> address = text;
        int slash = address.IndexOf('/');
        ReadOnlySpan<char> prefixText = slash < 0 ? default : address[(slash + 1)..];
        address = slash < 0 ? address : address[..slash];

        bool isIpv4 = !address.Contains(':');
        if (!(isIpv4 ? IpAddressText.TryRead4(address, out UInt128 bits) : IpAddressText.TryRead6(address, out bits)))
        {
            return false;
        }

        int width = isIpv4 ? Width4 : Width6;
        long prefix = width;
        if (slash >= 0 && !(IpAddressText.IsPlainNumber(prefixText, 3) && CheckedNumbers.TryReadDigits(prefixText, out prefix)))
        {
            return false;
        }

        value = prefix <= width ? new IpAddressValue(isIpv4, bits, (int)prefix) : null;
        return value is not null;
    }

    /// <summary>An address of a family, 4 or 6, from its number; <see langword="null"/> when the parts do not fit together.</summary>
    internal static IpAddressValue? FromBits(int family, UInt128 bits, int prefix)
    {
        int width = family == 4 ? Width4 : Width6;
        return family is 4 or 6 && prefix <= width && (family == 6 || bits <= uint.MaxValue)
            ? new IpAddressValue(family == 4, bits, prefix)
            : null;
    }

    /// <summary>Says whether all addresses of this range are in another.</summary>
    /// <param name="range">The other range; one of the other family has none of them.</param>
    /// <returns>Whether they are.</returns>
    public bool IsInRange(IpAddressValue range)
    {
        ArgumentNullException.ThrowIfNull(range);
        return IsIpv4 == range.IsIpv4 && Prefix >= range.Prefix && (_address & ~range.HostMask) == (range._address & ~range.HostMask);
    }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IsIpv4, _address, Prefix);

    /// <inheritdoc/>
    public override string ToString()
    {
        (int count, int bits, string format) = IsIpv4 ? (4, 8, "d") : (8, 16, "x");
        UInt128 mask = (UInt128.One << bits) - 1;
        IEnumerable<string> parts = Enumerable.Range(1, count)
            .Select(i => ((int)((_address >> (bits * (count - i))) & mask)).ToString(format, CultureInfo.InvariantCulture));
        return string.Create(CultureInfo.InvariantCulture, $"ip(\"{string.Join(IsIpv4 ? '.' : ':', parts)}/{Prefix}\")");
    }

    /// <inheritdoc/>
    private protected override int CompareSameKind(CedarValue other)
    {
        var their = (IpAddressValue)other;
        int order = their.IsIpv4.CompareTo(IsIpv4);
        order = order != 0 ? order : _address.CompareTo(their._address);
        return order != 0 ? order : Prefix.CompareTo(their.Prefix);
    }
}
