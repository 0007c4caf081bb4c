using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Cedar.Validation;

namespace MedChain.Core.Contracts.Profile;

/// <summary>What MedChain demands of a policy set beyond Cedar. It changes nothing in what a policy means.</summary>
public static class MedicalProfile
{
    private const string IdAnnotation = "id";
    private const string PatientAttribute = "patient";

    /// <summary>Checks a set before it is deployed for a patient.</summary>
    /// <param name="policies">The set.</param>
    /// <param name="patient">The patient whose data the set may open.</param>
    /// <returns>What to mend, in the order of the text; empty when the set may be deployed. Refused are: a permit that is not limited to
    /// the patient, two policies with one <c>@id</c>, an annotation that is no effect (<see cref="PolicyEffects"/>), a purpose of use that
    /// HL7 does not list, and a text beyond the limits of <see cref="ContractVmOptions.Default"/>. What the set says is checked against a
    /// schema when it is compiled with one.</returns>
    /// <remarks>A permit is limited to the patient when a <c>when</c> clause is, or joins by <c>&amp;&amp;</c>, the condition
    /// <c>resource.patient == Patient::"..."</c>, or <c>resource.patient == context.grant.patient</c>, which is whoever set the grant. The
    /// form is checked, not the meaning: whoever reads the policy sees the limit
    /// too.</remarks>
    public static ImmutableArray<PolicyError> Check(PolicySet policies, EntityUid patient)
    {
        ArgumentNullException.ThrowIfNull(policies);
        ArgumentNullException.ThrowIfNull(patient);

        // The set may have been compiled with wider limits.
        PolicyParser.Parse(policies.ToString(), ContractVmOptions.Default, out ImmutableArray<PolicyError> errors);
        if (!errors.IsEmpty)
        {
            return errors;
        }

        ImmutableArray<PolicyError>.Builder found = ImmutableArray.CreateBuilder<PolicyError>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (Policy whole in policies.Policies)
        {
            PolicyBody policy = whole.Body;
            if (!PolicyEffects.TryRead(whole, out _, out string? wrongEffect))
            {
                found.Add(policy.Position.Error(wrongEffect));
            }

            found.AddRange(UnknownPurposes(policy));
            if (policy.Annotations.TryGetValue(IdAnnotation, out string? id) && !ids.Add(id))
            {
                found.Add(policy.Position.Error($"Another policy has @id(\"{Quoting.Shorten(id)}\"); give each its own."));
            }

            if (policy.Effect == PolicyEffect.Permit && !policy.Conditions.Any(condition => LimitsTo(condition, patient)))
            {
                found.Add(policy.Position.Error(
                    $"This permit is open to the data of any patient; write when {{ resource.{PatientAttribute} == {patient} && ... }}."));
            }
        }

        return found.DrainToImmutable();
    }

    private static IEnumerable<PolicyError> UnknownPurposes(PolicyBody policy) =>
        LiteralFinder.InConditions(policy)
            .Where(found => found.Uid.Type == "Purpose" && !MedicalVocabulary.Purposes.Any(term => term.Code == found.Uid.Id))
            .Select(found => found.Position.Error(
                $"There is no purpose of use \"{Quoting.Shorten(found.Uid.Id)}\"; write a code of HL7's ActReason, such as TREAT."
                + Suggestions.For(found.Uid.Id, MedicalVocabulary.Purposes.Select(term => term.Code))));

    private static bool LimitsTo(Condition condition, EntityUid patient) => !condition.IsUnless && LimitsTo(condition.Body, patient);

    private static bool LimitsTo(Expression expression, EntityUid patient) => expression switch
    {
        Expression.And and => and.Operands.Any(operand => LimitsTo(operand, patient)),
        Expression.Binary { Operator: BinaryOperator.Equal } equal =>
            (IsPatientOfResource(equal.Left) && IsPatient(equal.Right, patient))
            || (IsPatientOfResource(equal.Right) && IsPatient(equal.Left, patient)),
        _ => false,
    };

    private static bool IsPatientOfResource(Expression expression) => expression is Expression.GetAttribute
    {
        Name: PatientAttribute,
        Target: Expression.Variable { Name: RequestVariable.Resource },
    };

    private static bool IsPatient(Expression expression, EntityUid uid) => expression switch
    {
        Expression.Literal { Value: EntityValue value } => value.Uid.Equals(uid),
        Expression.GetAttribute { Name: PatientAttribute } get => GrantTemplate.IsGrant(get.Target),
        _ => false,
    };
}
