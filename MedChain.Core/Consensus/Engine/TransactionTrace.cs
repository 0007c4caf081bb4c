using System.Diagnostics;

namespace MedChain.Core.Consensus.Engine;

/// <summary>A transaction that somebody watches on its way.</summary>
/// <param name="Since">Timestamp of its acceptance.</param>
/// <param name="Activity">Its trace; <see langword="null"/> when only times are listened to.</param>
internal sealed record TransactionTrace(long Since, Activity? Activity);
