using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus;

/// <summary>Two signed statements of one validator that exclude each other: proof for anybody who knows the chain's validators.
/// Immutable.</summary>
public sealed class Evidence : ICanonical<Evidence>
{
    /// <summary>Longest statement in bytes; what is longer is reported to the host and not made evidence.</summary>
    public const int MaxStatementBytes = 60 * 1024;

    private Evidence(Misconduct kind, long epoch, int validator, ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        Kind = kind;
        Epoch = epoch;
        Validator = validator;
        First = first;
        Second = second;
    }

    /// <summary>Gets what it did.</summary>
    public Misconduct Kind { get; }

    /// <summary>Gets the epoch of both statements, whose validators judge them.</summary>
    public long Epoch { get; }

    /// <summary>Gets the index of the validator that signed both statements, in its epoch.</summary>
    public int Validator { get; }

    /// <summary>Gets the statement seen first.</summary>
    public ReadOnlyMemory<byte> First { get; }

    /// <summary>Gets the statement that contradicts it.</summary>
    public ReadOnlyMemory<byte> Second { get; }

    /// <summary>Decodes evidence; it proves nothing until <see cref="Verify"/> agrees.</summary>
    /// <param name="bytes">What <see cref="Encode"/> gave.</param>
    /// <param name="evidence">The evidence, or <see langword="null"/>.</param>
    /// <param name="problem">What is wrong with the bytes, or <see langword="null"/>.</param>
    /// <returns>Whether the bytes are evidence.</returns>
    public static bool TryDecode(
        ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out Evidence? evidence, [NotNullWhen(false)] out string? problem) =>
        Canonical.TryDecode(bytes, out evidence, out problem);

    /// <summary>What it says, for people.</summary>
    /// <returns>The validator, the epoch and what it did.</returns>
    public override string ToString() => $"Validator {Validator} of epoch {Epoch}: {Kind}";

    /// <summary>Encodes it, to be kept or sent to whom it may concern.</summary>
    /// <returns>The bytes, at most twice <see cref="MaxStatementBytes"/> and a few more.</returns>
    public ReadOnlyMemory<byte> Encode() => Canonical.Encode(this);

    /// <summary>Checks both signatures and that the statements exclude each other.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="validators">The validators of <see cref="Epoch"/>.</param>
    /// <returns><see langword="null"/> when it proves the misconduct, else why not.</returns>
    public string? Verify(ChainId chain, ValidatorSet validators)
    {
        ArgumentNullException.ThrowIfNull(validators);
        return VerifyBy((key, statement, signature) => SignatureVerifier.Verify(key, statement, signature), chain, validators);
    }

    /// <summary>Checks as <see cref="Verify"/> does, with another check of one signature, which only simulations
    /// have.</summary>
    internal string? VerifyBy(Func<PublicKey, byte[], Signature, bool> check, ChainId chain, ValidatorSet validators)
    {
        if (!SignedStatement.TryRead(First, chain, validators, out SignedStatement? first, out string? problem)
            || !SignedStatement.TryRead(Second, chain, validators, out SignedStatement? second, out problem))
        {
            return problem;
        }

        if (first.Signer != Validator || second.Signer != Validator)
        {
            return $"The statements are signed by validators {first.Signer} and {second.Signer}, not by {Validator}.";
        }

        if (first.Epoch != Epoch || second.Epoch != Epoch)
        {
            return $"The statements are of epochs {first.Epoch} and {second.Epoch}, not of {Epoch}.";
        }

        if (SignedStatement.ConflictOf(first, second) != Kind)
        {
            return "The statements do not exclude each other in the way that is claimed.";
        }

        PublicKey? key = Validator < validators.Count ? validators.Members[Validator].VotingKey : null;
        return key is { } known && check(known, first.Bytes, first.Signature) && check(known, second.Bytes, second.Signature)
            ? null
            : "A signature is not the validator's.";
    }

    /// <summary>Names what was done and where, whichever two statements prove it: the same misconduct is recorded once.</summary>
    internal Digest PlaceOf(ChainId chain, ValidatorSet validators) =>
        SignedStatement.TryRead(First, chain, validators, out SignedStatement? first, out _)
            ? Canonical.Hash("medchain/misconduct/v1", new Place(Kind, Validator, first))
            : default;

    /// <summary>Makes evidence of two messages; <see langword="null"/> when they do not exclude each other or are too long.</summary>
    internal static Evidence? Of(ConsensusMessage first, ConsensusMessage second, ChainId chain, ValidatorSet validators)
    {
        ReadOnlyMemory<byte> one = SignedStatement.Encode(first);
        ReadOnlyMemory<byte> other = SignedStatement.Encode(second);
        return one.Length <= MaxStatementBytes
            && other.Length <= MaxStatementBytes
            && SignedStatement.TryRead(one, chain, validators, out SignedStatement? a, out _)
            && SignedStatement.TryRead(other, chain, validators, out SignedStatement? b, out _)
            && a.Signer == b.Signer
            && SignedStatement.ConflictOf(a, b) is { } kind
                ? new Evidence(kind, a.Epoch, a.Signer, one, other)
                : null;
    }

    void ICanonical<Evidence>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write((long)Kind);
        writer.Write(Epoch);
        writer.Write((long)Validator);
        writer.Write(First.Span);
        writer.Write(Second.Span);
    }

    static Evidence ICanonical<Evidence>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new Evidence(
            (Misconduct)reader.ReadInt32(0, (int)Misconduct.HiddenVote),
            reader.ReadNonNegative(),
            reader.ReadInt32(0, ValidatorSet.MaxCount - 1),
            reader.ReadBytes(MaxStatementBytes),
            reader.ReadBytes(MaxStatementBytes));
    }

    private readonly record struct Place(Misconduct Kind, int Validator, SignedStatement Statement) : ICanonical<Place>
    {
        void ICanonical<Place>.Write(ref CanonicalWriter writer)
        {
            writer.BeginArray(5);
            writer.Write((long)Kind);
            writer.Write((long)Validator);
            writer.Write(Statement.Epoch);
            writer.Write(Statement.Major);
            writer.Write(Statement.Minor);
        }

        static Place ICanonical<Place>.Read(ref CanonicalReader reader) => throw new NotSupportedException("It is only hashed.");
    }
}
