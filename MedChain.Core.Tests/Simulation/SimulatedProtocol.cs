using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Simulation;

/// <summary>The narrow place between the simulator and the protocol: everything that the simulator makes of the library's consensus is
/// made here. It knows the validators of every epoch that an honest validator has heard of.</summary>
internal sealed class SimulatedProtocol
{
    private readonly Controls _controls;
    private readonly CbftLimits _limits;
    private readonly ulong _seed;
    private readonly int _institutions;
    private readonly SignatureCache _cache = new();
    private readonly List<KnownEpoch> _epochs = [];

    /// <summary>Prepares the protocol of one run.</summary>
    /// <param name="scenario">The run.</param>
    /// <param name="workload">Its chain and the validators of epoch 0.</param>
    /// <param name="controls">What is broken on purpose.</param>
    public SimulatedProtocol(Scenario scenario, Workload workload, Controls controls)
    {
        _controls = controls;
        TakesStates = scenario.RealLedger;
        _limits = TakesStates ? WithStates(scenario.Limits, scenario.Seed) : scenario.Limits;
        _seed = scenario.Seed;
        _institutions = scenario.Institutions;
        Chain = workload.Chain;
        VotingChain = workload.Validators.Rules.Bind(Chain);
        Genesis = new ValidatorHistory(Chain, workload.Validators);
        Signatures = new SimulatedSignatures(scenario.RealSignatures);
        Learn(Genesis.Latest);
    }

    public ChainId Chain { get; }

    /// <summary>Gets whether validators far behind are given states, and old blocks are dropped in half of such runs: only the ledger can
    /// do it.</summary>
    public bool TakesStates { get; }

    public CbftLimits Limits => _limits;

    /// <summary>Gets the name under which votes are signed; the rules stay the same in all epochs.</summary>
    public ChainId VotingChain { get; }

    /// <summary>Gets the history of a chain that is in epoch 0.</summary>
    public ValidatorHistory Genesis { get; }

    public SimulatedSignatures Signatures { get; }

    /// <summary>Gets the last epoch that is known.</summary>
    public ChainEpoch Latest => _epochs[^1].Epoch;

    public ChainEpoch? Find(long epoch) => Known(epoch)?.Epoch;

    /// <summary>Takes up the epoch after <see cref="Latest"/>.</summary>
    public void Learn(ChainEpoch epoch)
    {
        _epochs.Add(new KnownEpoch(
            epoch,
            NewVerifier(epoch),
            [.. Enumerable.Range(0, _institutions).Select(i => epoch.Validators.IndexOf(SimulatedSignatures.KeyOf(i)))]));
        if (_controls.TakesSealsOfNextValidators && _epochs.Count > 1)
        {
            KnownEpoch before = _epochs[^2];
            _epochs[^2] = before with { Other = NewVerifier(before.Epoch with { Validators = epoch.Validators }) };
        }
    }

    /// <summary>An institution's index among the validators of an epoch; −1 for none.</summary>
    public int IndexOf(int institution, long epoch) => Known(epoch)?.Indices[institution] ?? -1;

    /// <summary>The institutions that validate in an epoch, one bit each.</summary>
    public ulong MembersOf(long epoch)
    {
        ulong members = 0;
        for (int i = 0; i < _institutions; i++)
        {
            members |= IndexOf(i, epoch) >= 0 ? 1UL << i : 0;
        }

        return members;
    }

    /// <summary>The institution that has an index in an epoch.</summary>
    public int InstitutionAt(long epoch, int index) => Array.IndexOf(Known(epoch)!.Indices, index);

    /// <summary>Makes the machine of one life of an institution.</summary>
    public EpochMachine Start(int institution, RecoveredChain recovered) => new(
        new EpochSettings(Chain, SimulatedSignatures.KeyOf(institution), _limits)
        {
            Adjust = settings => Adjust(settings) with
            {
                StrictFix = IsStrict(_seed, institution),
                TakesStates = TakesStates,
                VouchedFrom = IsVouched ? 1 : 0,
            },
        },
        Signatures.SignerOf(institution),
        recovered);

    /// <summary>Decides as the shell does whether a machine may see a message, once it knows the message's epoch.</summary>
    public bool Verify(ConsensusMessage message) => message switch
    {
        Status or FetchBlocks or ForwardedTransactions => true, // Unsigned, and of any epoch.
        FetchCheckpoint or CheckpointData or FetchChunk or ChunkData => true, // What proves itself is checked by who asked for it.
        _ => Known(message.Epoch) is { } epoch && (epoch.Verifier.Verify(message)
            || (message is SealVote or SealMessage && epoch.Other?.Verify(message) == true)),
    };

    /// <summary>Says whether a quorum of its epoch's validators signed a certificate.</summary>
    public bool VerifySeal(SealCertificate certificate) => Known(certificate.Epoch)?.Verifier.VerifySeal(certificate) ?? false;

    /// <summary>Whether an institution leaves the check of a batch to others, for some time.</summary>
    public bool Defers(int institution, BatchHeader header) => IsVouched
        && Find(header.Epoch) is { } epoch
        && !VouchedBatches.IsAssigned(epoch.Validators, header, IndexOf(institution, header.Epoch), from: 1);

    /// <summary>Says whether a quorum of a set signed a certificate.</summary>
    public bool VerifySeal(ValidatorSet validators, SealCertificate certificate) =>
        Find(certificate.Epoch)?.Validators.Hash == validators.Hash && VerifySeal(certificate);

    /// <summary>It follows from the seed and not from a draw, so that other incidents of a seed stay what they were.</summary>
    private static CbftLimits WithStates(CbftLimits limits, ulong seed) => limits with
    {
        CheckpointInterval = 1 + (int)(seed % 7),
        SnapshotDistance = 3 + (int)(seed % 13),
        KeptBlocks = seed % 2 == 0 ? 0 : 2 + (int)(seed % 9),
    };

    private bool IsVouched => _seed % 5 == 1;

    /// <summary>In one of four runs acknowledgements are durable everywhere, in another with half of the institutions. It follows from the
    /// seed and not from a draw, so that other incidents of a seed stay what they were.</summary>
    private static bool IsStrict(ulong seed, int institution) => (seed % 8) switch
    {
        2 or 3 => true,
        4 or 5 => institution % 2 == 0,
        _ => false,
    };

    private MachineSettings Adjust(MachineSettings settings) => _controls.Change?.Invoke(settings) ?? settings;

    private KnownEpoch? Known(long epoch) => epoch >= 0 && epoch < _epochs.Count ? _epochs[(int)epoch] : null;

    private MessageVerifier NewVerifier(ChainEpoch epoch) => new(Chain, epoch, _cache)
    {
        Quorum = Adjust(new MachineSettings(Chain, epoch.Number, epoch.Validators, 0, _limits)).Quorum,
        Check = (key, statement, signature) => Signatures.Verify(key, statement, signature),
    };

    private sealed record KnownEpoch(ChainEpoch Epoch, MessageVerifier Verifier, int[] Indices)
    {
        /// <summary>Gets what wrongly accepts more seals, in a negative control.</summary>
        public MessageVerifier? Other { get; init; }
    }
}
