using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Tasks;

/// <summary>Who must agree to a task before account chains are asked: k of n reviewers.</summary>
/// <param name="Needed">How many approvals are needed; 0 for a chain without reviewers.</param>
/// <param name="Reviewers">The reviewers, in ascending order and different.</param>
internal sealed record ReviewPanel(int Needed, ImmutableArray<AccountId> Reviewers) : ICanonical<ReviewPanel>
{
    public const int MaxReviewers = 64;

    public static readonly ReviewPanel None = new(0, []);

    /// <summary>What is wrong with it whatever the state; <see langword="null"/> for nothing.</summary>
    public string? Problem()
    {
        if (Reviewers.Length > MaxReviewers || Needed < Math.Min(1, Reviewers.Length) || Needed > Reviewers.Length)
        {
            return $"{Needed} of {Reviewers.Length} reviewers: at most {MaxReviewers}, and 1 to all of them are needed, or none at all.";
        }

        for (int i = 1; i < Reviewers.Length; i++)
        {
            if (Reviewers[i - 1].Value >= Reviewers[i].Value)
            {
                return "A panel's reviewers are sorted and different.";
            }
        }

        return null;
    }

    void ICanonical<ReviewPanel>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write((long)Needed);
        writer.WriteDigests([.. Reviewers.Select(r => r.Value)]);
    }

    static ReviewPanel ICanonical<ReviewPanel>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new ReviewPanel(
            reader.ReadInt32(0, MaxReviewers), [.. reader.ReadDigests(MaxReviewers).Select(d => new AccountId(d))]);
    }
}
