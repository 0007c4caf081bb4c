using MedChain.Core.Custody;
using MedChain.Core.Nodes;

namespace MedChain.Core.Computing;

/// <summary>One validator of an account chain as an executor sees it: what it has sealed, its blobs, and its shares.</summary>
internal sealed record AccountSource(LedgerValidator Validator, Custodian Custodian);
