using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Computations;

/// <summary>The outcome of a computation: byte for byte the same for everyone who computed it over the same patients, in whatever
/// order.</summary>
public sealed record ComputationResult : ICanonical<ComputationResult>
{
    /// <summary>Most figures of one result.</summary>
    public const int MaxFigures = 512;

    /// <summary>Initializes a result.</summary>
    /// <param name="computation">Digest of the computation.</param>
    /// <param name="cohortSize">Number of patients whose records went in, 0 or more.</param>
    /// <param name="figures">At most <see cref="MaxFigures"/> figures with different names.</param>
    /// <exception cref="ArgumentException">The cohort is negative, there are too many figures, or two share a name.</exception>
    public ComputationResult(Digest computation, long cohortSize, ImmutableArray<ComputationFigure> figures)
    {
        if (Complaint(cohortSize, figures) is { } complaint)
        {
            throw new ArgumentException(complaint);
        }

        Computation = computation;
        CohortSize = cohortSize;
        Figures = figures;
        Digest = Canonical.Hash("medchain/computation-result/v1", this);
    }

    /// <summary>Gets the digest of the computation that this answers.</summary>
    public Digest Computation { get; }

    /// <summary>Gets the number of patients whose records went in.</summary>
    public long CohortSize { get; }

    /// <summary>Gets the figures, in the computation's own order.</summary>
    public ImmutableArray<ComputationFigure> Figures { get; }

    /// <summary>Gets the hash of all of the above: executors that agree on it agree on every figure.</summary>
    public Digest Digest { get; }

    /// <summary>Looks up a figure by its name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The figure, or <see langword="null"/> if the result has none of that name.</returns>
    public ComputationFigure? Find(string name) => Figures.FirstOrDefault(figure => figure.Name == name);

    /// <inheritdoc/>
    public bool Equals(ComputationResult? other) => other is not null && Digest == other.Digest;

    /// <inheritdoc/>
    public override int GetHashCode() => Digest.GetHashCode();

    void ICanonical<ComputationResult>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Computation);
        writer.Write(CohortSize);
        writer.WriteList(Figures);
    }

    static ComputationResult ICanonical<ComputationResult>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        Digest computation = reader.ReadDigest();
        long cohortSize = reader.ReadNonNegative();
        ImmutableArray<ComputationFigure> figures = [.. reader.ReadList<ComputationFigure>(MaxFigures)];
        return Complaint(cohortSize, figures) is { } complaint
            ? throw new MalformedDataException(complaint)
            : new ComputationResult(computation, cohortSize, figures);
    }

    private static string? Complaint(long cohortSize, ImmutableArray<ComputationFigure> figures)
    {
        if (cohortSize < 0)
        {
            return $"A cohort of {cohortSize} patients; give 0 or more.";
        }

        if (figures.IsDefault || figures.Length > MaxFigures)
        {
            return $"A result has 0 to {MaxFigures} figures, not {(figures.IsDefault ? "a default array" : figures.Length)}.";
        }

        string? twice = figures.GroupBy(figure => figure.Name).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? null : $"Two figures are named '{twice}'; give each its own name.";
    }
}
