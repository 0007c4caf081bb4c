using MedChain.Core.Contracts.Bytecode.Modules;

namespace MedChain.Core.Contracts.Bytecode.Compilation;

/// <summary>A place in a function that is jumped to. Made by <see cref="FunctionBuilder.NewLabel"/>.</summary>
internal sealed class Label
{
    /// <summary>Gets or sets the instruction, once it is known.</summary>
    public int? Target { get; set; }

    /// <summary>Gets the jumps that wait for the place.</summary>
    public List<int> Jumps { get; } = [];

    /// <summary>Gets or sets what all jumps so far leave in the registers; <see langword="null"/> before the first.</summary>
    public RegisterType[]? Types { get; set; }
}
