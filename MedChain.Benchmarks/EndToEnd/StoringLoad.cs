namespace MedChain.Benchmarks.EndToEnd;

/// <summary>One load of patients who store records.</summary>
/// <param name="Validators">Validators of each chain.</param>
/// <param name="Patients">Patients, each with one record on its way at a time.</param>
/// <param name="RecordBytes">Size of a record's plaintext.</param>
/// <param name="WarmUp">Time under load before the measured time.</param>
/// <param name="Measured">The measured time.</param>
internal sealed record StoringLoad(int Validators, int Patients, int RecordBytes, TimeSpan WarmUp, TimeSpan Measured);
