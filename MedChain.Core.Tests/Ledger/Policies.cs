using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Ledger;

/// <summary>Cedar texts.</summary>
internal static class Policies
{
    public static readonly DateTimeOffset Far = DateTimeOffset.FromUnixTimeMilliseconds(4_000_000_000_000);

    /// <summary>Valid, and fails whenever a grant was used fewer than a billion times.</summary>
    public const string Overflow = "context.grant.uses - 9223372036854775807 - 1000000000 < 0";

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
