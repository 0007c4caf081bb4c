using System.Globalization;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Primitives;

namespace MedChain.Core;

/// <summary>What <see cref="MedChainNetwork"/> starts.</summary>
public sealed class MedChainNetworkOptions
{
    /// <summary>Most account chains of one network in one process.</summary>
    public const int MaxAccountChains = 64;

    /// <summary>Gets the names of the account chains, one for each institution: 1 to <see cref="MaxAccountChains"/> different names of 1 to
    /// 64 characters.</summary>
    public required IReadOnlyList<string> AccountChains { get; init; }

    /// <summary>Gets the name of the transaction chain, another name of 1 to 64 characters; default "research".</summary>
    public string TransactionChain { get; init; } = "research";

    /// <summary>Gets how many validators each chain has, 1 to 64; default 4, of which one may be faulty.</summary>
    public int ValidatorsPerChain { get; init; } = 4;

    /// <summary>Gets the folder of all files, created when missing; <see langword="null"/>, the default, keeps everything in
    /// memory.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Gets where keys are kept; by default files in the data directory, or memory without one. A store given here stays the
    /// caller's.</summary>
    public Keys.IKeyStore? KeyStore { get; init; }

    /// <summary>Gets the clock; default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Gets what accesses name as the acting software, the host's own; default
    /// <see cref="Ledger.Accounts.Audit.ActingSoftware.Library"/>.</summary>
    public Ledger.Accounts.Audit.ActingSoftware Software { get; init; } = Ledger.Accounts.Audit.ActingSoftware.Library;

    /// <summary>Gets the sizes and times of all chains' consensus, and how many blocks their validators keep; default all.</summary>
    public CbftLimits Limits { get; init; } = new();

    /// <summary>Gets whether all validators make every decision on permissions twice, by bytecode and by the reference evaluator; default
    /// not. Validators on which the two differ stop.</summary>
    public bool DoubleCheckDecisions { get; init; }

    /// <summary>Gets whether shares of records' keys are sealed to the validators of account chains against quantum computers too, with
    /// X-Wing; default not. What a custodian keeps is then safe as long as X25519 or ML-KEM-768 is; a key header that somebody copied is
    /// not (docs/cryptography.md says why). Another setting makes another network.</summary>
    public bool HybridCustody { get; init; }

    /// <summary>Gets who is told when a validator abandons a task it executes, with the task and the reason; default nobody.</summary>
    public Action<Digest, string>? OnTaskAbandoned { get; init; }

    /// <summary>What a data directory is marked with: the same network has the same chains.</summary>
    internal string Identity => string.Create(
        CultureInfo.InvariantCulture,
        $"accounts={string.Join(',', AccountChains)};transactions={TransactionChain};validators={ValidatorsPerChain}"
        + $"{(HybridCustody ? ";hybrid" : "")}");

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ValidatorsPerChain, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ValidatorsPerChain, ValidatorSet.MaxCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(AccountChains.Count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(AccountChains.Count, MaxAccountChains);
        if (Software.Problem() is { } problem)
        {
            throw new ArgumentException(problem);
        }

        string[] names = [.. AccountChains, TransactionChain];
        foreach (string name in names)
        {
            if (name is null or "" || name.Length > 64 || name.Any(c => c is ',' or ';' or '=' || char.IsControl(c)))
            {
                throw new ArgumentException(
                    $"'{name}' is no name of a chain: 1 to 64 characters without ',', ';', '=' and control characters.");
            }
        }

        if (names.Distinct(StringComparer.Ordinal).Count() != names.Length)
        {
            throw new ArgumentException("Two chains have one name; give each its own.");
        }
    }
}
