using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>What an account chain decided about a computing task for one of its patients.</summary>
/// <param name="Patient">The patient.</param>
/// <param name="Outcome">What her permissions say.</param>
/// <param name="Consumed">Whether a use of her grant was consumed for the task.</param>
public sealed record TaskDecision(AccountId Patient, DecisionOutcome Outcome, bool Consumed);
