using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Simulation;

/// <summary>The narrow place between the simulator and the protocol: everything that the simulator makes of the library's consensus is
/// made here.</summary>
internal sealed class SimulatedProtocol
{
    private readonly Func<MachineSettings, MachineSettings> _change;
    private readonly CbftLimits _limits;
    private readonly MessageVerifier _verifier;

    /// <summary>Prepares the protocol of one run.</summary>
    /// <param name="scenario">The run.</param>
    /// <param name="chain">The chain.</param>
    /// <param name="validators">Its validators.</param>
    /// <param name="change">Breaks machines on purpose, for negative controls.</param>
    public SimulatedProtocol(Scenario scenario, ChainId chain, ValidatorSet validators, Func<MachineSettings, MachineSettings>? change)
    {
        _change = change ?? (settings => settings);
        _limits = scenario.Limits;
        Chain = chain;
        Validators = scenario.RealLedger ? validators : new ValidatorSet(validators.Members, DrawRules(scenario.Seed));
        Signatures = new SimulatedSignatures(scenario.RealSignatures);
        _verifier = new MessageVerifier(chain, Epoch, Validators, new SignatureCache())
        {
            Quorum = SettingsOf(0).Quorum,
            Check = (key, statement, signature) => Signatures.Verify(key, statement, signature),
        };
    }

    public ChainId Chain { get; }

    /// <summary>Gets the name under which votes are signed.</summary>
    public ChainId VotingChain => Validators.Rules.Bind(Chain);

    public long Epoch => 0;

    public ValidatorSet Validators { get; }

    public SimulatedSignatures Signatures { get; }

    public MachineSettings SettingsOf(int validator) => _change(new MachineSettings(Chain, Epoch, Validators, validator, _limits));

    /// <summary>Makes the machine of one life of a validator.</summary>
    public CbftMachine Start(int validator, RecoveredState recovered) =>
        new(SettingsOf(validator), Signatures.SignerOf(validator), recovered);

    /// <summary>Decides as the shell does whether a machine may see a message.</summary>
    public bool Verify(ConsensusMessage message) => _verifier.Verify(message);

    public bool VerifySeal(SealCertificate certificate) => _verifier.VerifySeal(certificate);

    /// <summary>Rules follow from the seed and not from a draw, so that other incidents of a seed stay what they were.</summary>
    private static ConsensusRules DrawRules(ulong seed) => new()
    {
        FastPath = seed % 3 == 0,
        TermLength = seed % 4 < 2 ? 0 : 1 + (int)(seed % 7),
        BlacklistBlocks = seed % 5 == 0 ? 0 : 256,
    };
}
