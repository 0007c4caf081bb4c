using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Blocks;

/// <summary>The choices of consensus on which all validators of a chain must agree. Part of the validator set, so of its hash, of the
/// genesis and of every block header. Immutable.</summary>
public sealed record ConsensusRules : ICanonical<ConsensusRules>
{
    /// <summary>Gets the rules of a set that names none.</summary>
    public static ConsensusRules Default { get; } = new();

    /// <summary>Gets whether a slot is also decided when all validators, and not only a quorum, sent the same Prepare: one message delay
    /// less while nobody is slow. Default off.</summary>
    public bool FastPath { get; init; }

    /// <summary>Says under which name votes are signed: votes of validators with different rules must not be counted together, also when
    /// a host gave them the same chain identifier by mistake.</summary>
    internal ChainId Bind(ChainId chain) =>
        this == Default ? chain : new ChainId(Canonical.Hash("medchain/rules/v1", new Bound(chain, this)));

    void ICanonical<ConsensusRules>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(1);
        writer.Write(FastPath);
    }

    static ConsensusRules ICanonical<ConsensusRules>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(1);
        return new ConsensusRules { FastPath = reader.ReadBoolean() };
    }

    private readonly record struct Bound(ChainId Chain, ConsensusRules Rules) : ICanonical<Bound>
    {
        void ICanonical<Bound>.Write(ref CanonicalWriter writer)
        {
            writer.BeginArray(2);
            writer.Write(Chain);
            writer.Write(Rules);
        }

        static Bound ICanonical<Bound>.Read(ref CanonicalReader reader)
        {
            reader.BeginArray(2);
            return new Bound(reader.ReadChainId(), reader.Read<ConsensusRules>());
        }
    }
}
