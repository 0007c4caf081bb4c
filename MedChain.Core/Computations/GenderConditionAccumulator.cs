using System.Collections.Immutable;
using System.Text.Json;

namespace MedChain.Core.Computations;

/// <summary>Counts patients in a table of gender by condition. All cells of the table are named, also empty ones.</summary>
internal sealed class GenderConditionAccumulator(string code) : Accumulator
{
    // The value set is closed: http://hl7.org/fhir/R4/valueset-administrative-gender.html.
    private static readonly string[] Genders = ["female", "male", "other", "unknown"];

    private readonly long[] _counts = new long[2 * Genders.Length];

    public override string? Add(PatientBundle bundle)
    {
        // Each of a patient's records may repeat her Patient resource.
        JsonElement[] patients = [.. bundle.Resources("Patient").DistinctBy(patient => PatientBundle.Text(patient, "id"u8)).Take(2)];
        if (patients.Length != 1)
        {
            return patients.Length == 0 ? "The Bundle has no Patient." : "The Bundle has more than one Patient; a record is of one.";
        }

        string gender = PatientBundle.Text(patients[0], "gender"u8);
        int row = gender.Length == 0 ? Array.IndexOf(Genders, "unknown") : Array.IndexOf(Genders, gender);
        if (row < 0)
        {
            return $"The patient's gender is none of {string.Join(", ", Genders)}.";
        }

        _counts[(2 * row) + (bundle.HasCondition(code) ? 1 : 0)]++;
        return null;
    }

    public override ImmutableArray<ComputationFigure> Finish() =>
        [.. _counts.Select((count, cell) => ComputationFigure.Count($"{Genders[cell / 2]}|{cell % 2}", count))];
}
