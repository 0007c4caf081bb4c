using System.Diagnostics.CodeAnalysis;

namespace MedChain.Core.Computing.Computations;

/// <summary>Runs one computation over decrypted records, one for each patient, in any order. Keeps sums only, never a record.</summary>
/// <remarks>Not thread safe.</remarks>
internal sealed class ComputationEngine(Computation computation)
{
    private readonly Accumulator _accumulator = Accumulator.For(computation);
    private long _cohortSize;

    /// <summary>Adds one patient.</summary>
    /// <param name="bundleUtf8">Her record of the computation's category: a FHIR R4 Bundle in JSON. It is not needed after the
    /// call.</param>
    /// <param name="reason">Why the record cannot be used; it quotes nothing of the record.</param>
    /// <returns><see langword="false"/> if the record cannot be used. Then she is not part of the cohort.</returns>
    public bool TryAdd(ReadOnlyMemory<byte> bundleUtf8, [NotNullWhen(false)] out string? reason)
    {
        try
        {
            if (!PatientBundle.TryOpen(bundleUtf8, out PatientBundle bundle, out reason))
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
