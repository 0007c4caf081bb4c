using System.Collections.Immutable;
using MedChain.Core.Clients;
using MedChain.Core.Computations;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;

namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>What a patient permits.</summary>
/// <param name="Name">In words.</param>
/// <param name="ResearchCategories">Categories of records on which accredited researchers may compute.</param>
/// <param name="MinimumCohort">Fewest patients in a computation.</param>
/// <param name="Uses">How often a grant may be used.</param>
/// <param name="Treatment">Who may read her records to treat her.</param>
internal sealed record PermissionPlan(
    string Name, ImmutableArray<string> ResearchCategories, int MinimumCohort, int Uses, TreatmentGrantee Treatment)
{
    public const string Research = "HRESCH";
    public const string Marketing = "HMARKT";
    public const string Treat = "TREAT";

    /// <summary>Fewest patients that most of the invented people and the researcher ask for.</summary>
    public const int UsualCohort = 5;

    private const int ManyUses = 100;
    private const int UnreachableCohort = 1_000_000;

    private static readonly string[] Operations = ["count", "mean", "histogram"];

    public static readonly PermissionPlan Open = new(
        "research on clinical and laboratory data, treatment", [Computation.Clinical, Computation.Laboratory], UsualCohort, ManyUses,
        TreatmentGrantee.Hospital);

    public static readonly PermissionPlan LaboratoryOnly = new(
        "research on laboratory data", [Computation.Laboratory], UsualCohort, ManyUses, TreatmentGrantee.None);

    public static readonly PermissionPlan OneUse = new(
        "research on laboratory data, once", [Computation.Laboratory], UsualCohort, 1, TreatmentGrantee.None);

    public static readonly PermissionPlan LargeCohorts = new(
        "research in cohorts of 1,000,000", [Computation.Clinical, Computation.Laboratory], UnreachableCohort, ManyUses,
        TreatmentGrantee.None);

    public static readonly PermissionPlan HospitalTreatment = new(
        "treatment by the hospital", [], UsualCohort, ManyUses, TreatmentGrantee.Hospital);

    public static readonly PermissionPlan ClinicianTreatment = new(
        "treatment by one clinician", [], UsualCohort, ManyUses, TreatmentGrantee.OneClinician);

    public static readonly PermissionPlan Nothing = new("nothing", [], UsualCohort, ManyUses, TreatmentGrantee.None);

    /// <summary>What everyone of a given cohort permits: the smallest cohort that the network computes on is enough.</summary>
    public static readonly PermissionPlan Everything = Open with { Name = "research on clinical and laboratory data", MinimumCohort = 2 };

    /// <summary>Gets whether there is anything to put on the chain.</summary>
    public bool IsNothing => ResearchCategories.IsEmpty && Treatment == TreatmentGrantee.None;

    /// <summary>Gets whether a grant with so many uses left should be renewed before the next tasks.</summary>
    public bool IsNearlyUsedUp(long uses) => Uses == ManyUses && uses > Uses - (Uses / 4);

    /// <summary>A mix that depends on the patient's place alone, so that a second run finds the same.</summary>
    /// <param name="order">Her place in the input, from 0.</param>
    public static PermissionPlan ByOrder(int order) => (order, order / HospitalNames.All.Length % 5) switch
    {
        (4, _) => OneUse,
        (5, _) => LargeCohorts,
        (_, 0 or 2) => Open,
        (_, 1) => LaboratoryOnly,
        (_, 3) => order % 2 == 0 ? ClinicianTreatment : HospitalTreatment,
        _ => Nothing,
    };

    /// <summary>Whether a grant of this plan permits a computation, apart from its minimum cohort.</summary>
    public bool Permits(Computation computation, string purpose, long uses) =>
        purpose == Research
        && uses < Uses
        && ResearchCategories.Contains(computation.Category)
        && Operations.Contains(computation.Operation);

    /// <summary>Writes the plan as Cedar text.</summary>
    public string ToCedar(Patient patient, string hospital, Practitioner clinician, DateTimeOffset until)
    {
        var uid = new EntityUid("Patient", patient.Id.ToString());
        EntityUid grantee = Treatment == TreatmentGrantee.OneClinician
            ? new EntityUid(PermissionTemplates.ClinicianType, clinician.Id.ToString())
            : new EntityUid("Organization", hospital);
        string[] treated = Treatment == TreatmentGrantee.None ? [] : [Computation.Clinical, Computation.Laboratory];
        return string.Concat(
        [
            .. ResearchCategories.Select(category => PermissionTemplates.Research(
                uid, Research, Operations, category, MinimumCohort, Uses, until)),
            .. treated.Select(category => PermissionTemplates.Treatment(uid, grantee, category, until)),
            PermissionTemplates.DenyRevoked(),
        ]);
    }
}
