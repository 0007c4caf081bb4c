using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Blocks;

/// <summary>The choices of consensus on which all validators of a chain must agree. Part of the validator set, so of its hash, of the
/// genesis and of every block header. Immutable.</summary>
public sealed record ConsensusRules : ICanonical<ConsensusRules>
{
    private const int MaxTermLength = 10_000;
    private const int MinBlacklistBlocks = 256;
    private const int MaxBlacklistBlocks = 65_536;

    private readonly int _termLength;
    private readonly int _blacklistBlocks = 1_024;

    /// <summary>Gets the rules of a set that names none.</summary>
    public static ConsensusRules Default { get; } = new();

    /// <summary>Gets whether a slot is also decided when all validators, and not only a quorum, sent the same Prepare: one message delay
    /// less while nobody is slow. Default off.</summary>
    public bool FastPath { get; init; }

    /// <summary>Gets after how many slots of a view the next validator leads, R, without a view change. 1 to 10,000; 0, the default, for a
    /// leader that stays until it fails.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public int TermLength
    {
        get => _termLength;
        init => _termLength = value is >= 0 and <= MaxTermLength ? value : throw new ArgumentOutOfRangeException(
            nameof(value), value, $"{nameof(TermLength)} must be 0 to {MaxTermLength} slots.");
    }

    /// <summary>Gets for how many blocks a leader that failed is passed over. 256 to 65,536; 0 for never; default 1,024. At most f
    /// validators are passed over at a time, and one comes back as soon as its lane has added batches to n − f blocks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    public int BlacklistBlocks
    {
        get => _blacklistBlocks;
        init => _blacklistBlocks = value is 0 or (>= MinBlacklistBlocks and <= MaxBlacklistBlocks) ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"{nameof(BlacklistBlocks)} must be 0 or {MinBlacklistBlocks} to {MaxBlacklistBlocks} blocks.");
    }

    /// <summary>Says under which name votes are signed: votes of validators with different rules must not be counted together, also when
    /// a host gave them the same chain identifier by mistake.</summary>
    internal ChainId Bind(ChainId chain) =>
        this == Default ? chain : new ChainId(Canonical.Hash("medchain/rules/v1", new Bound(chain, this)));

    void ICanonical<ConsensusRules>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(FastPath);
        writer.Write((long)TermLength);
        writer.Write((long)BlacklistBlocks);
    }

    static ConsensusRules ICanonical<ConsensusRules>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        bool fastPath = reader.ReadBoolean();
        int termLength = reader.ReadInt32(0, MaxTermLength);
        int blacklist = reader.ReadInt32(0, MaxBlacklistBlocks);
        return blacklist is 0 or >= MinBlacklistBlocks
            ? new ConsensusRules { FastPath = fastPath, TermLength = termLength, BlacklistBlocks = blacklist }
            : throw new MalformedDataException($"A blacklist of {blacklist} blocks is too short.");
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
