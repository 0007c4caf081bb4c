using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Blocks;

/// <summary>The validators of one epoch, in their fixed order, and the sizes that follow from their number.</summary>
public sealed class ValidatorSet : ICanonical<ValidatorSet>
{
    /// <summary>Most validators of one chain.</summary>
    public const int MaxCount = 64;

    /// <summary>Initializes a set.</summary>
    /// <param name="validators">1 to <see cref="MaxCount"/> validators with different keys.</param>
    /// <param name="rules">What they agree on; <see langword="null"/> for <see cref="ConsensusRules.Default"/>.</param>
    /// <exception cref="ArgumentException">There are none, too many, or a signing key occurs twice.</exception>
    public ValidatorSet(ImmutableArray<Validator> validators, ConsensusRules? rules = null)
    {
        if (validators.IsDefaultOrEmpty || validators.Length > MaxCount)
        {
            int count = validators.IsDefault ? 0 : validators.Length;
            throw new ArgumentException($"A chain has 1 to {MaxCount} validators, not {count}.", nameof(validators));
        }

        if (validators.SelectMany(v => new[] { v.VotingKey, v.OperatorKey }).Distinct().Count() != 2 * validators.Length)
        {
            throw new ArgumentException(
                "A voting or operator key occurs twice; give each validator and each role its own.", nameof(validators));
        }

        Members = validators;
        Rules = rules ?? ConsensusRules.Default;
        MaxFaulty = (validators.Length - 1) / 3;
        Quorum = (validators.Length + MaxFaulty + 2) / 2;
        Hash = Canonical.Hash("medchain/validators/v1", this);
    }

    /// <summary>Gets the validators; a validator's index is its place here.</summary>
    public ImmutableArray<Validator> Members { get; }

    /// <summary>Gets what the validators agree on beside their keys.</summary>
    public ConsensusRules Rules { get; }

    /// <summary>Gets the number of validators, n.</summary>
    public int Count => Members.Length;

    /// <summary>Gets f = ⌊(n−1)/3⌋: how many may be faulty in any way.</summary>
    public int MaxFaulty { get; }

    /// <summary>Gets q = ⌈(n+f+1)/2⌉: any two quorums share an honest validator, for every n and not only for 3f+1.</summary>
    public int Quorum { get; }

    /// <summary>Gets f+1: at least one of so many is honest.</summary>
    public int Weak => MaxFaulty + 1;

    /// <summary>Gets the hash that block headers carry.</summary>
    public Digest Hash { get; }

    /// <summary>Finds a validator.</summary>
    /// <param name="votingKey">Its voting key.</param>
    /// <returns>Its index; −1 when it is none of this set.</returns>
    internal int IndexOf(PublicKey votingKey)
    {
        for (int i = 0; i < Members.Length; i++)
        {
            if (Members[i].VotingKey == votingKey)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Says whether a validator of this set signed some bytes.</summary>
    /// <param name="index">The validator's index; one out of range signed nothing.</param>
    /// <param name="message">What was signed.</param>
    /// <param name="signature">The signature.</param>
    /// <returns>Whether the signature is the validator's.</returns>
    public bool Verify(int index, ReadOnlySpan<byte> message, Signature signature) =>
        index >= 0 && index < Members.Length && Cryptography.SignatureVerifier.Verify(Members[index].VotingKey, message, signature);

    /// <remarks>A set with the default rules is the list of its members; rules of its own follow them behind a nil.</remarks>
    void ICanonical<ValidatorSet>.Write(ref CanonicalWriter writer)
    {
        if (Rules == ConsensusRules.Default)
        {
            writer.WriteList(Members);
            return;
        }

        writer.BeginArray(3);
        writer.WriteNil();
        writer.WriteList(Members);
        writer.Write(Rules);
    }

    static ValidatorSet ICanonical<ValidatorSet>.Read(ref CanonicalReader reader)
    {
        int count = reader.ReadArrayCount(MaxCount);
        bool hasRules = count == 3 && reader.NextIsNil;
        Validator[] members;
        ConsensusRules? rules = null;
        if (hasRules)
        {
            reader.ReadNil();
            members = reader.ReadList<Validator>(MaxCount);
            rules = reader.Read<ConsensusRules>();
        }
        else
        {
            members = new Validator[count];
            for (int i = 0; i < count; i++)
            {
                members[i] = reader.Read<Validator>();
            }
        }

        if (rules == ConsensusRules.Default)
        {
            throw new MalformedDataException("A set of validators spells out the default rules.");
        }

        try
        {
            return new ValidatorSet([.. members], rules);
        }
        catch (ArgumentException e)
        {
            throw new MalformedDataException(e.Message, e);
        }
    }
}
