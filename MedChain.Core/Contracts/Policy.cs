using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts;

/// <summary>One policy, or one template, of a set.</summary>
public sealed class Policy
{
    internal Policy(string id, PolicyBody body)
    {
        Id = id;
        Body = body;
    }

    /// <summary>Gets the name under which decisions report the policy.</summary>
    public string Id { get; }

    /// <summary>Gets what the policy does when it is satisfied.</summary>
    public PolicyEffect Effect => Body.Effect;

    /// <summary>Gets the annotations, such as <c>consume</c> or <c>audit</c>; one without a text has the empty one. Evaluation ignores
    /// them.</summary>
    public ImmutableSortedDictionary<string, string> Annotations => Body.Annotations;

    /// <summary>Gets whether the policy has open slots: then it decides nothing until it is linked.</summary>
    public bool IsTemplate => Body.IsTemplate;

    internal PolicyBody Body { get; }

    /// <summary>The policy's text as it was written.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Body.Text;
}
