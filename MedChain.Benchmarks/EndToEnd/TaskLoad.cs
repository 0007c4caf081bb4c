namespace MedChain.Benchmarks.EndToEnd;

/// <summary>One task over a cohort.</summary>
/// <param name="Validators">Validators of each chain.</param>
/// <param name="Patients">Patients, each with one record.</param>
/// <param name="RecordBytes">Size of a record's plaintext, about.</param>
internal sealed record TaskLoad(int Validators, int Patients, int RecordBytes);
