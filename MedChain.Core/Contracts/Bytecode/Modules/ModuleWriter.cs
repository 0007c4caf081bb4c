using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Bytecode.Modules;

/// <summary>The bytes of a module. One content has one form.</summary>
internal static class ModuleWriter
{
    public const byte Version = 1;

    public static ReadOnlySpan<byte> Magic => "MCVM"u8;

    /// <summary>Writes a module; <see langword="null"/> when a number or a text is too large for the format.</summary>
    public static byte[]? Write(ModuleContent content)
    {
        var output = new ModuleOutput();
        foreach (byte letter in Magic)
        {
            output.Byte(letter);
        }

        output.Byte(Version);
        output.Byte((byte)content.Kind);
        output.Short(content.GasTable);
        output.Digest(content.Source);
        output.Short(content.Part);
        WriteAll(output, content.Constants, Write);
        WriteAll(output, content.Signatures, Write);
        WriteAll(output, content.Fields, static (output, field) =>
        {
            output.Short(field.Name);
            output.Byte((byte)field.Key);
            output.Byte((byte)field.Value);
        });
        WriteAll(output, content.Events, static (output, type) =>
        {
            output.Short(type.Name);
            Write(output, type.Fields);
        });
        WriteAll(output, content.Imports, static (output, import) =>
        {
            output.Short(import.Name);
            Write(output, import.Parameters);
            output.Byte((byte)import.Result);
        });
        WriteFunctions(output, content.Functions);
        WriteAll(output, content.Entries, static (output, entry) =>
        {
            output.Short(entry.Principal);
            output.Short(entry.Action);
            output.Short(entry.Resource);
            output.Short(entry.Function);
        });
        WriteAll(output, content.Exports, static (output, export) =>
        {
            output.Short(export.Name);
            output.Short(export.Function);
        });
        WriteAll(output, content.Places, static (output, place) =>
        {
            output.Short(place.Function);
            output.Short(place.Instruction);
            output.Int(place.Line);
            output.Int(place.Column);
        });
        return output.Failed ? null : output.Written.ToArray();
    }

    /// <summary>All headers come before all code, so that a call can be checked where it stands.</summary>
    private static void WriteFunctions(ModuleOutput output, ImmutableArray<ModuleFunction> functions)
    {
        WriteAll(output, functions, static (output, function) =>
        {
            Write(output, function.Parameters);
            output.Byte((byte)function.Result);
            output.Byte(function.IsView ? (byte)1 : (byte)0);
            output.Short(function.Code.Length);
        });
        foreach (Instruction instruction in functions.SelectMany(function => function.Code))
        {
            output.Instruction(instruction);
        }
    }

    private static void Write(ModuleOutput output, ModuleConstant constant)
    {
        output.Byte((byte)constant.Kind);
        if (constant.Value is { } value)
        {
            ValueCodec.Write(output, value);
            return;
        }

        WriteAll(output, constant.Texts, static (output, text) => output.Text(text));
    }

    private static void Write(ModuleOutput output, ImmutableArray<RegisterType> types)
    {
        output.Byte((byte)types.Length);
        foreach (RegisterType type in types)
        {
            output.Byte((byte)type);
        }
    }

    private static void WriteAll<T>(ModuleOutput output, ImmutableArray<T> items, Action<ModuleOutput, T> write)
    {
        output.Short(items.Length);
        foreach (T item in items)
        {
            write(output, item);
        }
    }
}
