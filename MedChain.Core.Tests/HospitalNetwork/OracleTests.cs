using System.Collections.Immutable;
using MedChain.Core.Computations;
using MedChain.Samples.HospitalNetwork.Direct;
using MedChain.Samples.HospitalNetwork.Input;
using NUnit.Framework;

namespace MedChain.Core.Tests.HospitalNetwork;

[TestFixture]
public sealed class OracleTests
{
    private const string Small = """
        {"as_of":"2020-01-01","any name":{"patients":3,"gender":{"female":1,"male":2},"deceased":1,
         "bmi_last":{"n":3,"mean":20.5,"sd":2,"min":18,"median":20},"bmi_hist_5":{"15":2,"25":1},
         "km_all":{"S_at_years":{"40":0.9},"list":[1,2]},
         "condition_counts":{"hypertension":1,"unheard of":4},"smoking":{"266919005":2,"null":1},"text":"no figure"}}
        """;

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void Oracle_is_read_whatever_its_cohort_is_called()
    {
        OracleFile oracle = Read(Small);
        Assert.That(oracle.Name, Is.EqualTo("any name"));
        Assert.That(oracle.AsOf, Is.EqualTo("2020-01-01"));
        Assert.That(oracle.Figures["km_all/S_at_years/40"], Is.EqualTo(0.9));
        Assert.That(oracle.Figures["km_all/list/1"], Is.EqualTo(2));
    }

    [Test]
    public void Figures_map_to_computations()
    {
        OracleMap map = OracleMap.Of(Read(Small));
        OracleComparison Of(string path) => map.Comparable.Single(comparison => comparison.OracleFigure == path);

        Assert.That(Of("patients").Computation, Is.EqualTo(Computation.CountPatients()));
        Assert.That(Of("gender/male").ResultFigures, Is.EqualTo(["male|0", "male|1"]));
        Assert.That(Of("condition_counts/hypertension").Computation, Is.EqualTo(Computation.CountCondition("38341003")));
        Assert.That(Of("bmi_last/sd"), Is.EqualTo(new OracleComparison(
            "bmi_last/sd", 2, Computation.Mean("39156-5"), Of("bmi_last/sd").ResultFigures, IsSquareRoot: true)));
        Assert.That(Of("bmi_hist_5/20").Expected, Is.Zero);
        Assert.That(map.Comparable.Count(comparison => comparison.Computation is Computation.BinCounts), Is.EqualTo(10));
        Assert.That(map.Computations, Has.Length.EqualTo(6));
    }

    [Test]
    public void Figures_that_are_not_compared_are_named_with_the_reason() =>
        Assert.That(
            OracleMap.Of(Read(Small)).NotComparable.Keys,
            Is.EqualTo(["bmi_last/median", "bmi_last/min", "condition_counts/unheard of", "deceased", "km_all", "smoking/null"]));

    [TestCase("", "no valid JSON")]
    [TestCase("[]", "not one object")]
    [TestCase("""{"as_of":"2020-01-01"}""", "not one object")]
    [TestCase("""{"dev":{}}""", "not one object")]
    [TestCase("""{"as_of":"2020-01-01","a":{},"b":{}}""", "not one object")]
    public void File_of_another_form_is_refused_with_a_reason(string content, string reason)
    {
        Assert.That(OracleFile.TryRead(_folder.Write("o.json", content), out _, out string? error), Is.False);
        Assert.That(error, Does.Contain("'o.json'").And.Contain(reason));
    }

    [Test]
    public void Missing_file_is_refused_with_a_reason()
    {
        Assert.That(OracleFile.TryRead(Path.Combine(_folder.Path, "none.json"), out _, out string? error), Is.False);
        Assert.That(error, Does.Contain("cannot be read"));
    }

    [Test]
    public void Library_direct_figures_and_oracle_agree_on_the_cohort_of_the_data()
    {
        PatientInput[] patients = Patients(CohortFile.Read(FhirData.Require("cohort-dev.ndjson.gz")));
        Assert.That(OracleFile.TryRead(FhirData.Require("ORACLE-dev.json"), out OracleFile? oracle, out string? error), error);
        OracleMap map = OracleMap.Of(oracle!);
        DirectFigures direct = DirectFigures.Of(patients);
        Assert.That(map.Comparable, Has.Length.GreaterThan(40));
        foreach (Computation computation in map.Computations)
        {
            ComputationResult result = Compute(computation, patients);
            ImmutableArray<DirectFigure> figures = direct.Compute(computation);
            Assert.That(figures, Has.Length.EqualTo(result.Figures.Length), computation.ToString());
            Assert.That(FigureComparer.Compare(result, figures).Where(figure => !figure.Agrees), Is.Empty, computation.ToString());
            foreach (OracleComparison comparison in map.Comparable.Where(comparison => comparison.Computation == computation))
            {
                Assert.That(FigureComparer.Compare(result, comparison), Has.Property("Agrees").True, comparison.OracleFigure);
            }
        }
    }

    [Test]
    public void Library_and_direct_figures_agree_on_the_bundles_of_the_data()
    {
        Assert.That(BundleFolder.TryOpen(FhirData.Require("bundles-dev"), out BundleFolder? folder, out string? error), error);
        RequireAgreement(Patients([.. folder!.Read()]));
    }

    [Test]
    public void Library_and_direct_figures_agree_on_invented_patients() => RequireAgreement([.. BundleGenerator.Generate(300, seed: 5)]);

    private static void RequireAgreement(PatientInput[] patients)
    {
        DirectFigures direct = DirectFigures.Of(patients);
        Computation[] computations =
        [
            Computation.CountPatients(),
            Computation.CountCondition("38341003"),
            Computation.Mean("39156-5"),
            Computation.Mean("55284-4", "8480-6"),
            Computation.Mean("4548-4"),
            Computation.Mean("no-such-code"),
            Computation.Histogram("39156-5", 10, 5, 10),
            Computation.Histogram("4548-4", 4.5m, 0.1m, 30),
            Computation.CountByCode("72166-2"),
            Computation.CountByGenderAndCondition("44054006"),
        ];
        foreach (Computation computation in computations)
        {
            ComputationResult result = Compute(computation, patients);
            ImmutableArray<DirectFigure> figures = direct.Compute(computation);
            Assert.That(
                figures.Select(figure => figure.Name), Is.EqualTo(result.Figures.Select(figure => figure.Name)), computation.ToString());
            Assert.That(FigureComparer.Compare(result, figures).Where(figure => !figure.Agrees), Is.Empty, computation.ToString());
        }
    }

    private static PatientInput[] Patients(IReadOnlyList<InputItem> items)
    {
        Assert.That(items.OfType<InputItem.Problem>(), Is.Empty);
        return [.. items.OfType<InputItem.Accepted>().Select(item => item.Patient)];
    }

    private static ComputationResult Compute(Computation computation, PatientInput[] patients)
    {
        var engine = new ComputationEngine(computation);
        foreach (PatientInput patient in patients)
        {
            byte[]? record = computation.Category == Computation.Clinical ? patient.Clinical : patient.Laboratory;
            if (record is not null)
            {
                Assert.That(engine.TryAdd(record, out string? reason), reason);
            }
        }

        return engine.Finish();
    }

    private OracleFile Read(string content)
    {
        Assert.That(OracleFile.TryRead(_folder.Write("oracle.json", content), out OracleFile? oracle, out string? error), error);
        return oracle!;
    }
}
