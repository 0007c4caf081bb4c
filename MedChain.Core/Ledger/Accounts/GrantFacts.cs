using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>What policies see of their grant as <c>context.grant</c>: its counter, whose it is, and the parameters of its
/// template.</summary>
internal static class GrantFacts
{
    /// <param name="uses">How often it was used.</param>
    /// <param name="patient">Whose data it is about.</param>
    /// <param name="parameters">What its template reads; none for a text of its own.</param>
    /// <param name="depth">Through how many hands what it permits comes to the asker.</param>
    public static RecordValue Of(long uses, AccountId patient, RecordValue? parameters = null, int depth = 0)
    {
        RecordValue given = parameters ?? RecordValue.Empty;
        return new RecordValue(
        [
            new("uses", new LongValue(uses)),
            new("revoked", BooleanValue.Of(false)),
            new("depth", new LongValue(depth)),
            new("patient", new EntityValue(PermissionRequest.PatientUid(patient))),
            .. given.Names.Select(name => KeyValuePair.Create(name, given[name]!)),
        ]);
    }

    /// <summary>What is wrong with the parameters of a grant, whose names its template knows; <see langword="null"/> for nothing.</summary>
    public static string? ProblemOf(RecordValue parameters, AccountId patient)
    {
        foreach (string name in parameters.Names)
        {
            string? problem = parameters[name] switch
            {
                LongValue { Value: < 1 } => $"The parameter {name} is below 1; give at least 1.",
                EntityValue { Uid: { Type: "Purpose" } purpose } when !MedicalVocabulary.Purposes.Any(term => term.Code == purpose.Id) =>
                    $"There is no purpose of use {purpose.Id}; give a code of HL7's ActReason, such as TREAT.",
                _ => null,
            };
            if (problem is not null)
            {
                return problem;
            }
        }

        // Any request of the schema has such a context; only the grant in it is in question.
        var context = new RecordValue(
        [
            new("now", new DateTimeValue(0)),
            new("purpose", new EntityValue(new EntityUid("Purpose", "TREAT"))),
            new("operation", new EntityValue(new EntityUid("Operation", "read"))),
            new("cohort", new LongValue(0)),
            new("grant", Of(uses: 0, patient, parameters)),
        ]);
        return MedicalSchema.Default.ProblemOf(new AuthorizationRequest(
            new EntityUid(PermissionTemplates.ClinicianType, ""), new EntityUid("Action", "read"), new EntityUid("Record", ""), context));
    }
}
