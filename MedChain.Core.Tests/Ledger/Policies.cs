using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Ledger;

/// <summary>Cedar texts.</summary>
internal static class Policies
{
    public static readonly DateTimeOffset Far = DateTimeOffset.FromUnixTimeMilliseconds(4_000_000_000_000);

    /// <summary>Anybody may read for treatment.</summary>
    public static string Reading(AccountId patient, string condition = "true", string annotations = "") => $$"""
        {{annotations}} permit (principal, action == Action::"read", resource)
        when { resource.patient == {{PermissionRequest.PatientUid(patient)}} && context.purpose in Purpose::"TREAT" && {{condition}} };
        """;

    public static string ReadingCounted(AccountId patient, int uses) =>
        Reading(patient, $"context.grant.uses < {uses}", """@id("counted") @consume("grant.uses")""");

    public static string Research(AccountId patient, int minimumCohort, int uses) => PermissionTemplates.Research(
        PermissionRequest.PatientUid(patient), "HRESCH", ["count", "mean"], "clinical", minimumCohort, uses, Far);
}
