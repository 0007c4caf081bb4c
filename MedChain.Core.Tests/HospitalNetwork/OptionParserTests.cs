using MedChain.Samples.HospitalNetwork.Options;
using NUnit.Framework;

namespace MedChain.Core.Tests.HospitalNetwork;

[TestFixture]
public sealed class OptionParserTests
{
    [Test]
    public void No_argument_gives_the_defaults() => Assert.That(Parsed(), Is.EqualTo(new SampleOptions()));

    [Test]
    public void Values_follow_a_space_or_an_equals_sign() =>
        Assert.That(
            Parsed("--patients", "12", "--seed=7", "--data=/a=b", "--json"),
            Is.EqualTo(new SampleOptions { Patients = 12, Seed = 7, DataDirectory = "/a=b", Json = true }));

    [Test]
    public void Cohort_comes_with_its_oracle() =>
        Assert.That(Parsed("--cohort", "c", "--oracle", "o"), Is.EqualTo(new SampleOptions { Cohort = "c", Oracle = "o" }));

    [TestCase("'--patient' is no option", "--patient", "12")]
    [TestCase("'12' is no option", "12")]
    [TestCase("--patients is '0'", "--patients", "0")]
    [TestCase("--patients is '100001'", "--patients", "100001")]
    [TestCase("--patients is '-1'", "--patients", "-1")]
    [TestCase("--seed is 'x'", "--seed", "x")]
    [TestCase("--data needs a value", "--data")]
    [TestCase("--data needs a value", "--data", "--json")]
    [TestCase("--data needs a value", "--data=")]
    [TestCase("--json takes no value", "--json=yes")]
    [TestCase("--seed is given twice", "--seed", "1", "--seed", "2")]
    [TestCase("belong together", "--cohort", "c")]
    [TestCase("belong together", "--oracle", "o")]
    [TestCase("leave --patients out", "--bundles", "b", "--patients", "5")]
    [TestCase("leave --cohort out", "--bundles", "b", "--cohort", "c", "--oracle", "o")]
    [TestCase("leave --seed out", "--cohort", "c", "--oracle", "o", "--seed", "5")]
    public void Wrong_arguments_are_refused_with_one_line(string reason, params string[] arguments)
    {
        Assert.That(OptionParser.TryParse(arguments, out _, out string? error), Is.False);
        Assert.That(error, Does.Contain(reason).And.Not.Contain("\n"));
    }

    private static SampleOptions Parsed(params string[] arguments)
    {
        Assert.That(OptionParser.TryParse(arguments, out SampleOptions? options, out string? error), error);
        return options!;
    }
}
