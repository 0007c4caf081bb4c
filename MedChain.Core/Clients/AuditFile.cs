using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>A patient's audit trail in one file (<see cref="Patient.ExportAuditAsync"/>), which anybody checks without a chain and without
/// a network.</summary>
public static class AuditFile
{
    /// <summary>Largest file in bytes.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>Most entries of one file.</summary>
    public const int MaxEntries = 65_536;

    /// <summary>Judges a file of any origin.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="chain">The chain that it must be of; <see langword="null"/> for any: then compare the verdict's genesis.</param>
    /// <returns>The verdict; a wrong file of any form is a verdict with a problem.</returns>
    public static AuditVerdict Verify(ReadOnlyMemory<byte> file, ChainId? chain = null)
    {
        if (file.Length > MaxBytes)
        {
            return AuditVerdict.Refused($"The file has {file.Length} bytes; the limit is {MaxBytes}.");
        }

        if (!Canonical.TryDecode(file, out AuditFileContent? content, out string? reason))
        {
            return AuditVerdict.Refused($"This is no audit file, or it is damaged: {reason}");
        }

        Genesis genesis = content.Genesis;
        if (chain is { } wanted && genesis.Chain != wanted)
        {
            return AuditVerdict.Refused($"The file is of chain {genesis.Chain}, not of {wanted}.");
        }

        if (genesis.Kind != ChainKind.Account)
        {
            return AuditVerdict.Refused("The file is of a transaction chain; patients have their trails on account chains.");
        }

        if (!ValidatorHistory.TryRead(content.Handoffs, genesis.Chain, genesis.Validators, out ValidatorHistory? history))
        {
            return AuditVerdict.Refused("The handoffs do not lead from the genesis' validators to later ones.");
        }

        var check = new AuditEntryCheck(history!, content.Patient);
        ImmutableArray<AuditVerdictEntry> entries = [.. content.Entries.Select(check.Judge)];
        return new AuditVerdict(null, genesis, history, content.Patient, entries, content.Unsealed);
    }
}
