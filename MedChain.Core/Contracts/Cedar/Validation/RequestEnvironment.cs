using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Schemas;

namespace MedChain.Core.Contracts.Cedar.Validation;

/// <summary>One kind of request that the schema allows: an action with the types of principal and resource that it applies to.</summary>
internal sealed record RequestEnvironment(ActionDeclaration Action, string Principal, string Resource);

/// <summary>Something that is known to be there where an expression is evaluated, because a <c>has</c> or <c>hasTag</c> before it
/// held.</summary>
/// <param name="Target">Cedar text of the entity or record.</param>
/// <param name="Key">The attribute, or Cedar text of the tag's key.</param>
/// <param name="IsTag">Whether it is a tag.</param>
internal readonly record struct Capability(string Target, string Key, bool IsTag);

/// <summary>The type of an expression, and what is known to be there when it is true.</summary>
internal readonly record struct Typing(SchemaType Type, ImmutableHashSet<Capability> Capabilities);
