using MedChain.Core.Consensus;

namespace MedChain.Benchmarks.Consensus;

/// <summary>One load on one set of validators.</summary>
/// <param name="Validators">Number of validators, all in this process.</param>
/// <param name="PayloadBytes">Size of a transaction.</param>
/// <param name="Outstanding">Transactions on their way at once, divided among the validators.</param>
/// <param name="WarmUp">Time under load before the measured time.</param>
/// <param name="Measured">The measured time.</param>
/// <param name="Signatures">What is checked of a transaction.</param>
/// <param name="SharedCache">Whether the validators share verified votes.</param>
/// <param name="Limits">Sizes and times of every validator.</param>
/// <param name="Storage">What survives a power loss.</param>
/// <param name="Folder">Where it is written; <see langword="null"/> for memory.</param>
internal sealed record ConsensusLoad(
    int Validators,
    int PayloadBytes,
    int Outstanding,
    TimeSpan WarmUp,
    TimeSpan Measured,
    SignatureMode Signatures,
    bool SharedCache,
    CbftLimits Limits,
    StorageMode Storage,
    string? Folder);
