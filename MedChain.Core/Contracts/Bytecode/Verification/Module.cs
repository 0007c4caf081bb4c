using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Primitives;

namespace MedChain.Core.Contracts.Bytecode.Verification;

/// <summary>A module that was verified: only the verifier makes one, and only such modules are executed. Immutable.</summary>
internal sealed class Module
{
    internal Module(ModuleContent content, byte[] bytes, VerifiedFunction[] functions)
    {
        Content = content;
        Bytes = ImmutableCollectionsMarshal.AsImmutableArray(bytes);
        Id = Digest.Of(bytes);
        ConstantTable = [.. content.Constants];
        FunctionTable = functions;
    }

    public ModuleContent Content { get; }

    public ImmutableArray<byte> Bytes { get; }

    /// <summary>Gets the SHA-256 of the bytes, which names the module.</summary>
    public Digest Id { get; }

    public ReadOnlySpan<ModuleConstant> Constants => ConstantTable;

    public ReadOnlySpan<VerifiedFunction> Functions => FunctionTable;

    /// <summary>Gets the constants for the interpreter, which reads them most; nobody changes the array.</summary>
    internal ModuleConstant[] ConstantTable { get; }

    /// <summary>Gets the functions for the interpreter; nobody changes the array.</summary>
    internal VerifiedFunction[] FunctionTable { get; }

    /// <summary>Verifies bytes from anywhere. Never throws; the same bytes give the same error everywhere.</summary>
    public static bool TryVerify(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Module? module, [NotNullWhen(false)] out ModuleError? error)
    {
        var verifier = new ModuleVerifier();
        module = verifier.Verify(bytes);
        error = module is null ? verifier.Error! : null;
        return module is not null;
    }

    /// <summary>The exported function of a name, or -1.</summary>
    public int Find(string export)
    {
        foreach (ExportedFunction function in Content.Exports)
        {
            if (ConstantTable[function.Name].Text == export)
            {
                return function.Function;
            }
        }

        return -1;
    }
}

/// <summary>A function that was verified.</summary>
/// <param name="Declaration">The function as the module has it.</param>
/// <param name="Code">Its instructions.</param>
/// <param name="Steps">The same as the interpreter executes them; nobody changes the array.</param>
/// <param name="Registers">How many registers it uses at most, from register 0 on.</param>
/// <param name="MaxGas">The most that one call can use; <see langword="null"/> in contracts, which may loop.</param>
internal sealed record VerifiedFunction(
    ModuleFunction Declaration, Instruction[] Code, Instruction[] Steps, int Registers, long? MaxGas);
