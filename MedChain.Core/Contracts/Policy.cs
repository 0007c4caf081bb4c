using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using MedChain.Core.Contracts.Building;
using MedChain.Core.Contracts.Cedar.Json;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts;

/// <summary>One policy, or one template, of a set.</summary>
public sealed class Policy
{
    internal Policy(string id, PolicyBody body)
    {
        Id = id;
        Body = body;
        Alone = [id];
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

    /// <summary>Gets the reasons of a decision that this policy alone is the reason of; made once.</summary>
    internal ImmutableArray<string> Alone { get; }

    /// <summary>Fills the slots of a template. The result is a policy text like any other: it is compiled, hashed and stored as
    /// such.</summary>
    /// <param name="principal">The entity for <c>?principal</c>; <see langword="null"/> when the template has no such slot.</param>
    /// <param name="resource">The entity for <c>?resource</c>; <see langword="null"/> when the template has no such slot.</param>
    /// <param name="cedarText">The policy's text, or <see langword="null"/>.</param>
    /// <param name="reason">Why there is none, or <see langword="null"/>.</param>
    /// <returns>Whether the entities are exactly those that the template asks for.</returns>
    public bool TryLink(
        EntityUid? principal, EntityUid? resource, [NotNullWhen(true)] out string? cedarText, [NotNullWhen(false)] out string? reason)
    {
        cedarText = null;
        reason = Mismatch("?principal", Body.Principal.HasSlot, principal) ?? Mismatch("?resource", Body.Resource.HasSlot, resource);
        if (reason is not null)
        {
            return false;
        }

        var output = new StringBuilder();
        int copied = 0;
        foreach (Token slot in Lexer.Scan(Body.Text, out _)!.Where(token => token.Kind == TokenKind.Slot))
        {
            EntityUid? uid = Body.Text.AsSpan(slot.Start, slot.Length) is "?principal" ? principal : resource;
            output.Append(Body.Text, copied, slot.Start - copied).Append(uid);
            copied = slot.Start + slot.Length;
        }

        cedarText = output.Append(Body.Text, copied, Body.Text.Length - copied).ToString();
        return true;
    }

    /// <summary>Starts a permit in C#.</summary>
    /// <param name="id">The policy's name.</param>
    /// <returns>The builder.</returns>
    public static PolicyBuilder Permit(string id) => new(PolicyEffect.Permit, id);

    /// <summary>Starts a forbid in C#.</summary>
    /// <param name="id">The policy's name.</param>
    /// <returns>The builder.</returns>
    public static PolicyBuilder Forbid(string id) => new(PolicyEffect.Forbid, id);

    /// <summary>The policy in canonical form: one layout for all texts that say the same. Comments are not kept. The text reads back as the
    /// same policy.</summary>
    /// <returns>The text.</returns>
    public string ToCedar() => PolicyPrinter.Print(Body);

    /// <summary>The policy in Cedar's JSON form.</summary>
    /// <returns>The JSON.</returns>
    public string ToJson() => PolicyJsonWriter.Write(Body);

    /// <summary>The policy's text as it was written.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Body.Text;

    private static string? Mismatch(string slot, bool isOpen, EntityUid? uid) => (isOpen, uid) switch
    {
        (true, null) => $"The template has the slot {slot}; pass an entity for it.",
        (false, not null) => $"The policy has no slot {slot}; pass null for it.",
        _ => null,
    };
}
