using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Profile;

namespace MedChain.Core.Contracts.Building;

/// <summary>Writes a policy in C#. The result is Cedar text, compiled and read like any other; nothing else is stored. Not thread
/// safe.</summary>
public sealed class PolicyBuilder
{
    private readonly PolicyEffect _effect;
    private readonly SortedDictionary<string, string> _annotations = new(StringComparer.Ordinal);
    private readonly List<Condition> _conditions = [];
    private ScopeConstraint _principal = ScopeConstraint.Unconstrained;
    private ScopeConstraint _action = ScopeConstraint.Unconstrained;
    private ScopeConstraint _resource = ScopeConstraint.Unconstrained;

    internal PolicyBuilder(PolicyEffect effect, string id)
    {
        _effect = effect;
        Annotate("id", id);
    }

    /// <summary>Gets what can be said about who asks; nothing said is everybody.</summary>
    public PrincipalScope Principal => new(this);

    /// <summary>Gets what can be said about the data; nothing said is every record.</summary>
    public ResourceScope Resource => new(this);

    /// <summary>Limits the policy to some actions; nothing said is every action.</summary>
    /// <param name="names">Names of the actions, at least one, such as read.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">There is none.</exception>
    public PolicyBuilder Action(params string[] names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Length == 0)
        {
            throw new ArgumentException("A policy without an action never applies; pass at least one name.", nameof(names));
        }

        ImmutableArray<EntityUid> actions = [.. names.Select(name => new EntityUid("Action", name))];
        _action = names.Length == 1
            ? new ScopeConstraint(ScopeRelation.Equal, actions, null, HasSlot: false, IsList: false)
            : new ScopeConstraint(ScopeRelation.In, actions, null, HasSlot: false, IsList: true);
        return this;
    }

    /// <summary>Adds a condition that must hold.</summary>
    /// <param name="condition">Makes the condition from what it can speak about.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder When(Func<PolicyTerms, TruthTerm> condition) => Add(condition, isUnless: false);

    /// <summary>Adds a condition that must not hold.</summary>
    /// <param name="condition">Makes the condition from what it can speak about.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder Unless(Func<PolicyTerms, TruthTerm> condition) => Add(condition, isUnless: true);

    /// <summary>Limits the policy to the data of one patient, as every permit must be.</summary>
    /// <param name="patient">The patient's entity.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder ForPatient(EntityUid patient) => When(c => c.Patient == patient);

    /// <summary>Counts a use of the grant each time that the policy permits.</summary>
    /// <returns>This builder.</returns>
    public PolicyBuilder Consume() => Annotate("consume", PolicyEffects.UsesCounter);

    /// <summary>Writes to the audit trail each time that the policy permits.</summary>
    /// <param name="kind">What the entry is, in small letters; access by default.</param>
    /// <param name="duties">What it obliges to, such as notify and patient.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder Audit(string kind = "access", params (string Name, string Value)[] duties) =>
        Annotate("audit", string.Concat([kind, .. (duties ?? []).Select(duty => $"; {duty.Name}={duty.Value}")]));

    /// <summary>Names the consent document.</summary>
    /// <param name="document">Type and identifier, such as Consent/7f3a.</param>
    /// <returns>This builder.</returns>
    public PolicyBuilder Consent(string document) => Annotate("consent", document);

    /// <summary>The policy as Cedar text.</summary>
    /// <returns>The text, in the canonical form of <see cref="Policy.ToCedar"/>.</returns>
    public string ToCedar() => PolicyPrinter.Print(new PolicyBody(
        _effect, _annotations.ToImmutableSortedDictionary(StringComparer.Ordinal), _principal, _action, _resource, [.. _conditions],
        PolicyTerm.Nowhere, ""));

    /// <inheritdoc cref="ToCedar"/>
    public override string ToString() => ToCedar();

    internal PolicyBuilder WithPrincipal(ScopeConstraint scope)
    {
        _principal = scope;
        return this;
    }

    internal PolicyBuilder WithResource(ScopeConstraint scope)
    {
        _resource = scope;
        return this;
    }

    private PolicyBuilder Add(Func<PolicyTerms, TruthTerm> condition, bool isUnless)
    {
        ArgumentNullException.ThrowIfNull(condition);
        _conditions.Add(new Condition(isUnless, condition(PolicyTerms.Instance).Node));
        return this;
    }

    private PolicyBuilder Annotate(string name, string text)
    {
        _annotations[name] = new StringValue(text).Value;
        return this;
    }
}
