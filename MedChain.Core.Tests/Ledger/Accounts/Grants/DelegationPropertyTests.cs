using CsCheck;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts.Grants;

/// <summary>A delegate never gets what the delegator would not get at the same moment, whatever policies either has, also such as look at
/// the depth, and whatever the patient forbids besides.</summary>
[TestFixture]
public sealed class DelegationPropertyTests
{
    private static readonly string[] Purposes = ["TREAT", "HRESCH", "HPAYMT"];

    private static readonly string[] Conditions =
    [
        "true", "!resource.labels.contains(\"PSY\")", "resource.labels.contains(\"PSY\")", "context.purpose in Purpose::\"TREAT\"",
        "context.grant.depth == 0", "context.grant.depth == 1", "context.grant.depth != 1", "context.grant.depth > 1",
        "principal in Role::\"ward-7\"", "principal in Role::\"ward-8\"", "context.purpose in Purpose::\"HRESCH\"",
        "context.grant.uses < 1", Policies.Overflow,
    ];

    private const string Mine = "context.grant has patient && resource.patient == context.grant.patient";

    private static readonly Gen<string> Text = Gen.Select(
        Gen.OneOf("permit", "permit", "permit", "forbid"), Condition(), Condition(),
        (effect, first, second) => $"{effect} (principal, action, resource) when {{ {Mine} && {first} && {second} }};");

    private static readonly Gen<string[]> Grants = Text.Array[1, 2];

    private static readonly Gen<(string[][] Own, string[][] Chain)> Cases = Gen.Select(Grants.Array[0, 2], Grants.Array[2, 4]);

    [Test]
    public void Delegate_gets_no_record_that_the_delegator_does_not_get() => Cases.Sample(
        sample =>
        {
            using var its = new GrantFixture();
            its.Chain.StoreRecord(its.PatientKeys, "laboratory", "PSY");
            foreach (string[] own in sample.Own)
            {
                its.Permit(Having(own));
            }

            Person[] people = [its.Doctor, its.Nurse, its.Visitor, its.Clinician("last", "ward-7")];
            Digest grant = its.Permit(Having(sample.Chain[0]), DelegationRules.MaxDepth);
            var links = new List<Digest> { grant };
            for (int i = 1; i < sample.Chain.Length; i++)
            {
                // As if the rules had let it through: that it narrows must not depend on them.
                links.Add(its.ForceDelegate(people[i - 1], links[^1], Having(sample.Chain[i]), DelegationRules.MaxDepth - i));
            }

            foreach (string purpose in Purposes)
            {
                for (int i = 1; i < links.Count; i++)
                {
                    foreach (Person delegatee in people)
                    {
                        Digest[] gets = its.OpenedBy(delegatee, links[i], purpose);
                        Digest[] has = its.OpenedBy(people[i - 1], links[i - 1], purpose);
                        Assert.That(gets, Is.SubsetOf(has), string.Join('\n', sample.Chain[i]));
                    }
                }
            }
        },
        iter: 150);

    private static Gen<string> Condition() => Gen.OneOf<string>(Conditions);

    private static string Having(string[] texts) => $"{string.Join('\n', texts)}\n";
}
