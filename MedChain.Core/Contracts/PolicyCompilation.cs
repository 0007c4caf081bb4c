using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace MedChain.Core.Contracts;

/// <summary>The outcome of compiling a policy text: a set, or errors.</summary>
public sealed class PolicyCompilation
{
    internal PolicyCompilation(PolicySet? policies, ImmutableArray<PolicyError> errors)
    {
        Policies = policies;
        Errors = errors;
    }

    /// <summary>Gets whether there is a set.</summary>
    [MemberNotNullWhen(true, nameof(Policies))]
    public bool Succeeded => Policies is not null;

    /// <summary>Gets the set, or <see langword="null"/> when there are errors.</summary>
    public PolicySet? Policies { get; }

    /// <summary>Gets the errors in the order of the text: the first of each policy, and not more than 16.</summary>
    public ImmutableArray<PolicyError> Errors { get; }
}
