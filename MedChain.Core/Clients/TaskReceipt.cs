using System.Collections.Immutable;
using MedChain.Core.Computations;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>What became of a computing task.</summary>
/// <param name="Task">The task; its record is on every account chain that was asked.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Cohort">How many patients permitted it; 0 unless the result is released.</param>
/// <param name="Result">The result, checked against what the executors agreed on; <see langword="null"/> unless it is released.</param>
/// <param name="Disclosure">What was held back because it is about too few patients; <see langword="null"/> when no result was agreed
/// on.</param>
/// <param name="Executors">The validators that could get the data's keys, by their operator keys.</param>
/// <param name="ErasuresConfirmed">How many of these signed that they destroyed data and keys. The data is reported deleted when all
/// did.</param>
/// <param name="Acknowledged">How many of the asked account chains hold the operation record.</param>
public sealed record TaskReceipt(
    Digest Task,
    TaskOutcome Outcome,
    long Cohort,
    ComputationResult? Result,
    DisclosureReport? Disclosure,
    ImmutableArray<PublicKey> Executors,
    int ErasuresConfirmed,
    int Acknowledged);
