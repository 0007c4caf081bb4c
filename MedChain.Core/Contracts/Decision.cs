using System.Collections.Immutable;

namespace MedChain.Core.Contracts;

/// <summary>The answer of a policy set to a request. <see langword="default"/> is no answer; its lists must not be read.</summary>
/// <param name="Allowed">Whether some permit is satisfied and no forbid is.</param>
/// <param name="Reasons">Names of the policies that decided, in their order in the set: the satisfied forbids, else the satisfied
/// permits.</param>
/// <param name="Errors">The policies that could not be evaluated, in their order. They decide nothing.</param>
public readonly record struct Decision(bool Allowed, ImmutableArray<string> Reasons, ImmutableArray<PolicyFault> Errors)
{
    /// <summary>Gets the gas that bytecode used; 0 when the reference evaluator decided.</summary>
    public long Gas { get; init; }

    /// <summary>Gets whether data may leave on this decision: it is allowed, and no forbid failed. Cedar skips a policy that fails, and a
    /// broken forbid must not open a door.</summary>
    public bool Releasable => Allowed && !Errors.Any(static error => error.Effect == PolicyEffect.Forbid);
}

/// <summary>A policy that could not be evaluated.</summary>
/// <param name="PolicyId">The policy's name.</param>
/// <param name="Effect">What it would have done.</param>
/// <param name="Message">What went wrong, and where in the policy text.</param>
public sealed record PolicyFault(string PolicyId, PolicyEffect Effect, string Message);
