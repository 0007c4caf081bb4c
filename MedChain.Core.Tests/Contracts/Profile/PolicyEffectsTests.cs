using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Tests.Contracts.Cedar;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Profile;

/// <summary>Annotations that have effects.</summary>
[TestFixture]
public sealed class PolicyEffectsTests
{
    [Test]
    public void Annotations_are_read()
    {
        Policy policy = Text.Compile("""
            @id("x") @consume("grant.uses") @audit("break-glass; notify=patient; review-within=72h") @consent("Consent/7f3a")
            permit (principal, action, resource);
            """).Policies[0];
        Assert.That(PolicyEffects.TryRead(policy, out PolicyEffects? effects, out string? reason), Is.True, reason);
        Assert.That(
            (effects!.ConsumesUse, effects.Audit, effects.AuditDuties["notify"], effects.AuditDuties["review-within"], effects.Consent),
            Is.EqualTo((true, "break-glass", "patient", "72h", "Consent/7f3a")));
    }

    [TestCase("@consume(\"grant.use\")", "write @consume(\"grant.uses\")")]
    [TestCase("@consume", "write @consume(\"grant.uses\")")]
    [TestCase("@cosume(\"grant.uses\")", "Did you mean \"consume\"?")]
    [TestCase("@audit(\"\")", "starts with a kind")]
    [TestCase("@audit(\"Access!\")", "starts with a kind")]
    [TestCase("@audit(\"access; notify\")", "write name=value")]
    [TestCase("@audit(\"access; notify=a; notify=b\")", "each name once")]
    [TestCase("@consent(\"7f3a\")", "@consent(\"Consent/7f3a\")")]
    public void Wrong_annotation_is_refused(string annotation, string advice)
    {
        Policy policy = Text.Compile($"{annotation} permit (principal, action, resource);").Policies[0];
        Assert.That(PolicyEffects.TryRead(policy, out _, out string? reason), Is.False);
        Assert.That(reason, Does.Contain(advice));
    }

    [Test]
    public void Forbid_consumes_nothing()
    {
        Policy policy = Text.Compile("@consume(\"grant.uses\") forbid (principal, action, resource);").Policies[0];
        Assert.That(PolicyEffects.TryRead(policy, out _, out string? reason), Is.False);
        Assert.That(reason, Does.Contain("remove @consume"));
    }
}
