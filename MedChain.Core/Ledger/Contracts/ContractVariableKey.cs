using System.Text.Unicode;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Contracts;

/// <summary>State keys of contracts' variables: the table, the contract, the variable's name behind its length, and the key in a map. All
/// keys of a map share a prefix and are in the canonical order of values.</summary>
internal static class ContractVariableKey
{
    private const byte Table = (byte)'S';
    private const int PrefixSize = 1 + Digest.Size;

    /// <summary>The state key of a value.</summary>
    /// <exception cref="ArgumentException">The name or the key is longer than variables of contracts have.</exception>
    public static StateKey Of(Digest contract, string variable, CedarValue? key)
    {
        byte[] name = System.Text.Encoding.UTF8.GetBytes(variable);
        byte[] rest = key is null ? [] : KeyCodec.Encode(key);
        if (name.Length > ModuleLimits.FieldNameBytes || rest.Length > ModuleLimits.KeyBytes)
        {
            throw new ArgumentException(
                $"A variable's name has {name.Length} bytes and a key {rest.Length}; the limits are {ModuleLimits.FieldNameBytes} and "
                + $"{ModuleLimits.KeyBytes}.");
        }

        return new StateKey((byte[])[Table, .. contract.ToArray(), (byte)name.Length, .. name, .. rest]);
    }

    /// <summary>Reads a state key of any origin; <see langword="false"/> when it is none of a variable.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Digest contract, out string variable, out CedarValue? key)
    {
        (contract, variable, key) = (default, "", null);
        if (bytes.Length <= PrefixSize || bytes[0] != Table)
        {
            return false;
        }

        int length = bytes[PrefixSize];
        ReadOnlySpan<byte> rest = bytes[(PrefixSize + 1)..];
        if (length > ModuleLimits.FieldNameBytes || length > rest.Length || !Utf8.IsValid(rest[..length]))
        {
            return false;
        }

        contract = new Digest(bytes[1..PrefixSize]);
        variable = System.Text.Encoding.UTF8.GetString(rest[..length]);
        key = KeyCodec.Decode(rest[length..]);
        return key is not null || rest.Length == length;
    }
}
