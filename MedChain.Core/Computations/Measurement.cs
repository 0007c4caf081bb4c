using MedChain.Core.Encoding;

namespace MedChain.Core.Computations;

/// <summary>One number of a patient: the value of her last observation of a kind. "Last" is by the text of <c>effectiveDateTime</c>, then
/// by the text of <c>id</c>, both in the order of their characters.</summary>
public sealed record Measurement : ICanonical<Measurement>
{
    /// <summary>Longest code, in characters.</summary>
    public const int MaxCodeLength = 64;

    /// <summary>Initializes a measurement.</summary>
    /// <param name="code">Code of the observation, for example LOINC <c>39156-5</c> for the body mass index.</param>
    /// <param name="component">Code of a component of the observation, for example <c>8480-6</c> for the systolic pressure of the blood
    /// pressure panel <c>55284-4</c>; <see langword="null"/> for the observation's own value.</param>
    /// <exception cref="ArgumentException">A code is empty, longer than <see cref="MaxCodeLength"/>, or has other characters than ASCII
    /// letters, digits, <c>-</c>, <c>.</c> and <c>_</c>.</exception>
    public Measurement(string code, string? component = null)
    {
        ClinicalCode.Require(code, nameof(code));
        if (component is not null)
        {
            ClinicalCode.Require(component, nameof(component));
        }

        Code = code;
        Component = component;
    }

    /// <summary>Gets the code of the observation: that of its first coding.</summary>
    public string Code { get; }

    /// <summary>Gets the code of the component, or <see langword="null"/> for the observation's own value.</summary>
    public string? Component { get; }

    /// <summary>The code, and the component behind a slash.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Component is null ? Code : $"{Code}/{Component}";

    void ICanonical<Measurement>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Code);
        if (Component is null)
        {
            writer.WriteNil();
        }
        else
        {
            writer.Write(Component);
        }
    }

    static Measurement ICanonical<Measurement>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        string code = ClinicalCode.Read(ref reader);
        if (!reader.NextIsNil)
        {
            return new Measurement(code, ClinicalCode.Read(ref reader));
        }

        reader.ReadNil();
        return new Measurement(code);
    }
}
