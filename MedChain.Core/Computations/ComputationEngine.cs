using System.Diagnostics.CodeAnalysis;

namespace MedChain.Core.Computations;

/// <summary>Runs one computation over patients' decrypted records, patients in any order. Keeps sums only, never a record.</summary>
/// <remarks>Not thread safe.</remarks>
internal sealed class ComputationEngine(Computation computation)
{
    private readonly Accumulator _accumulator = Accumulator.For(computation);
    private long _cohortSize;

    /// <summary>Adds one patient with one record.</summary>
    /// <inheritdoc cref="TryAdd(IReadOnlyList{ReadOnlyMemory{byte}}, out string?)"/>
    public bool TryAdd(ReadOnlyMemory<byte> record, [NotNullWhen(false)] out string? reason) => TryAdd([record], out reason);

    /// <summary>Adds one patient.</summary>
    /// <param name="records">Her records of the computation's category: FHIR R4 Bundles in JSON. They are not needed after the
    /// call.</param>
    /// <param name="reason">Why the records cannot be used; it quotes nothing of them.</param>
    /// <returns><see langword="false"/> if a record cannot be used. Then she is not part of the cohort.</returns>
    public bool TryAdd(IReadOnlyList<ReadOnlyMemory<byte>> records, [NotNullWhen(false)] out string? reason)
    {
        try
        {
            if (!PatientBundle.TryOpen(records, out PatientBundle? bundle, out reason))
            {
                return false;
            }

            using (bundle)
            {
                reason = _accumulator.Add(bundle);
            }
        }
        catch (InvalidOperationException)
        {
            // How System.Text.Json answers to half of a surrogate pair in an escaped text, which its parser lets pass.
            reason = "A text of the record is not valid Unicode.";
        }

        if (reason is not null)
        {
            return false;
        }

        _cohortSize++;
        return true;
    }

    /// <summary>Gets the result over the patients so far.</summary>
    public ComputationResult Finish() => new(computation.Digest, _cohortSize, _accumulator.Finish());
}
