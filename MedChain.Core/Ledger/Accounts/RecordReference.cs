using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>Names one record of a chain.</summary>
internal readonly record struct RecordReference(AccountId Owner, Digest Record);
