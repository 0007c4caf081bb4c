using CsCheck;
using MedChain.Core.Computations;
using NUnit.Framework;
using static MedChain.Core.Tests.Computations.Bundles;

namespace MedChain.Core.Tests.Computations;

[TestFixture]
public sealed class ComputationEngineTests
{
    [Test]
    public void Mean_variance_and_sum_are_exact()
    {
        string figures = Run(Computation.Mean(Bmi), Of(Bmis("20.1")), Of(Bmis("2.02e1")), Of(Bmis("20.4")));
        Assert.That(figures, Is.EqualTo("n = 3; sum = 60.7; mean = 20.233333333333; variance = 0.023333333333"));
    }

    [Test]
    public void One_patient_has_no_variance() =>
        Assert.That(Run(Computation.Mean(Bmi), Of(Bmis("20"))), Is.EqualTo("n = 1; sum = 20; mean = 20"));

    [Test]
    public void Nobody_has_no_mean() => Assert.That(Run(Computation.Mean(Bmi)), Is.EqualTo("n = 0; sum = 0"));

    [Test]
    public void Last_value_is_by_time_then_by_identifier()
    {
        ReadOnlyMemory<byte> bundle = Of(
            Bmis("3", "2019-01-02", "b"),
            Bmis("1", "2018-12-31", "z"),
            Bmis("2", "2019-01-02", "a"),
            Observation(Bmi, """ "note":[] """, "2020"));
        Assert.That(Run(Computation.Mean(Bmi), bundle), Does.Contain("sum = 3"));
    }

    [Test]
    public void Of_two_observations_with_one_time_and_identifier_the_later_in_the_record_counts() =>
        Assert.That(Run(Computation.Mean(Bmi), Of(Bmis("1"), Bmis("2"))), Does.Contain("sum = 2"));

    [Test]
    public void Only_the_first_coding_counts()
    {
        string second = Bmis("9").Replace("""{"code":"39156-5"}""", """{"code":"1-1"},{"code":"39156-5"}""", StringComparison.Ordinal);
        Assert.That(Run(Computation.Mean(Bmi), Of(second)), Does.StartWith("n = 0"));
    }

    [Test]
    public void Component_is_of_the_last_panel_even_if_that_one_lacks_it()
    {
        Computation mean = Computation.Mean(BloodPressure, Systolic);
        Assert.That(Run(mean, Of(Panel(Systolic, "120", "2018"), Panel(Systolic, "130", "2019"))), Does.Contain("sum = 130"));
        Assert.That(Run(mean, Of(Panel(Systolic, "120", "2018"), Panel("8462-4", "80", "2019"))), Does.StartWith("n = 0"));
    }

    [Test]
    public void Values_outside_a_histogram_fall_into_the_outer_bins()
    {
        string figures = Run(
            Computation.Histogram(Bmi, 10, 5, 3),
            [.. new[] { "-1e17", "9.99", "10", "14.999999999999999999", "15", "24.9", "25", "1e17" }.Select(value => Of(Bmis(value)))]);
        Assert.That(figures, Is.EqualTo("10 = 4; 15 = 1; 20 = 3"));
    }

    [Test]
    public void Bins_of_a_fraction_have_exact_edges() =>
        Assert.That(
            Run(Computation.Histogram(Bmi, -0.5m, 0.1m, 3), Of(Bmis("-0.4")), Of(Bmis("-0.400000000000000001"))),
            Is.EqualTo("-0.5 = 1; -0.4 = 1; -0.3 = 0"));

    [Test]
    public void Codes_of_last_values_are_counted_in_the_order_of_their_text()
    {
        string figures = Run(
            Computation.CountByCode(Smoking),
            Of(Coded("8517006")),
            Of(Coded("266919005"), Coded("449868002", "2018")),
            Of(Coded("8517006")),
            Of());
        Assert.That(figures, Is.EqualTo("266919005 = 1; 8517006 = 2"));
    }

    [Test]
    public void Codes_beyond_the_limit_are_counted_together()
    {
        ReadOnlyMemory<byte>[] bundles = [.. Enumerable.Range(0, 203).Select(i => Of(Coded($"c{i:000}"))), Of(Coded("c202"))];

        ComputationResult result = Compute(Computation.CountByCode(Smoking), bundles);

        Assert.That(result.Figures, Has.Length.EqualTo(201));
        Assert.That(result.Figures[^1].ToString(), Is.EqualTo("(other) = 3"));
        Assert.That(result.Find("c202")?.Value, Is.EqualTo("2"));
        Assert.That(result.Find("c199"), Is.Null);
        Assert.That(Compute(Computation.CountByCode(Smoking), [.. bundles.Reverse()]), Is.EqualTo(result));
    }

    [Test]
    public void Patients_are_tabled_by_gender_and_condition()
    {
        string figures = Run(
            Computation.CountByGenderAndCondition(Hypertension),
            Of(Patient("female"), Condition(Hypertension), Condition(Hypertension)),
            Of(Condition("1"), Patient("male")),
            Of(Patient(null)));
        Assert.That(figures, Is.EqualTo(
            "female|0 = 0; female|1 = 1; male|0 = 1; male|1 = 0; other|0 = 0; other|1 = 0; unknown|0 = 1; unknown|1 = 0"));
    }

    [Test]
    public void Condition_counts_once_a_patient() =>
        Assert.That(
            Run(Computation.CountCondition(Hypertension), Of(Condition(Hypertension), Condition(Hypertension)), Of(Condition("1"))),
            Is.EqualTo("patients = 1"));

    [Test]
    public void What_was_entered_in_error_does_not_count()
    {
        Assert.That(
            Run(Computation.CountCondition(Hypertension), Of(Condition(Hypertension, "entered-in-error"))), Is.EqualTo("patients = 0"));
        Assert.That(
            Run(Computation.Mean(Bmi), Of(Bmis("20"), Observation(Bmi, Quantity("99"), "2020", status: "entered-in-error"))),
            Does.Contain("sum = 20"));
    }

    [TestCase("", "no valid JSON")]
    [TestCase("{", "no valid JSON")]
    [TestCase("""{"resourceType":"Bundle"} x""", "no valid JSON")]
    [TestCase("""{"resourceType":"Bundle","resourceType":"Bundle"}""", "twice")]
    [TestCase("[]", "no FHIR Bundle")]
    [TestCase("null", "no FHIR Bundle")]
    [TestCase("""{"resourceType":7}""", "no FHIR Bundle")]
    [TestCase("""{"resourceType":"Patient"}""", "no FHIR Bundle")]
    [TestCase("""{"resourceType":"Bundle","entry":{}}""", "no array")]
    [TestCase("""{"resourceType":"Bundle","entry":[1]}""", "no object")]
    [TestCase("""{"resourceType":"Bundle","entry":[{"resource":[]}]}""", "no object")]
    [TestCase("""{"resourceType":"Bundle","\ud800":1,"\udbff":2}""", "Unicode")]
    public void Record_that_is_no_bundle_is_refused_with_a_reason(string record, string reason) =>
        Assert.That(Refusal(Computation.Mean(Bmi), System.Text.Encoding.UTF8.GetBytes(record)), Does.Contain(reason));

    [Test]
    public void Half_of_a_surrogate_pair_where_it_is_read_is_refused() =>
        Assert.That(Refusal(Computation.Mean(Bmi), Of(Bmis("20", id: "\\ud800"))), Does.Contain("Unicode"));

    [Test]
    public void Bundle_without_entries_is_a_patient_without_data() =>
        Assert.That(
            Compute(Computation.Mean(Bmi), System.Text.Encoding.UTF8.GetBytes("""{"resourceType":"Bundle"}""")).CohortSize, Is.EqualTo(1));

    [Test]
    public void Record_that_is_no_text_is_refused() =>
        Assert.That(Refusal(Computation.Mean(Bmi), new byte[] { (byte)'"', 0xC0, 0x80, (byte)'"' }), Does.Contain("UTF-8"));

    [Test]
    public void Record_nested_too_deeply_is_refused() =>
        Assert.That(Refusal(Computation.Mean(Bmi), System.Text.Encoding.UTF8.GetBytes(new string('[', 1_000_000))), Does.Contain("nested"));

    [Test]
    public void Record_over_the_size_limit_is_refused() =>
        Assert.That(Refusal(Computation.Mean(Bmi), new byte[PatientBundle.MaxBytes + 1]), Does.Contain("67108864"));

    [TestCase("\"20\"", "no number")]
    [TestCase("null", "no number")]
    [TestCase("1e18", "18 digits")]
    public void Last_value_that_is_no_usable_number_is_refused(string value, string reason) =>
        Assert.That(Refusal(Computation.Mean(Bmi), Of(Bmis(value))), Does.Contain(reason));

    [Test]
    public void Patient_of_an_unknown_gender_code_is_refused() =>
        Assert.That(Refusal(Computation.CountByGenderAndCondition("1"), Of(Patient("none"))), Does.Contain("none of female"));

    [Test]
    public void Record_of_no_patient_or_two_has_no_place_in_a_table()
    {
        Assert.That(Refusal(Computation.CountByGenderAndCondition("1"), Of()), Does.Contain("no Patient"));
        string other = Patient("male").Replace("\"p\"", "\"other\"", StringComparison.Ordinal);
        Assert.That(Refusal(Computation.CountByGenderAndCondition("1"), Of(Patient("male"), other)), Does.Contain("more than one"));
    }

    [Test]
    public void Patient_with_several_records_counts_once_and_by_all_of_them()
    {
        var table = new ComputationEngine(Computation.CountByGenderAndCondition("1"));
        Assert.That(table.TryAdd([Of(Patient("male")), Of(Patient("male"))], out _));
        Assert.That(table.Finish().Find("male|0")!.Value, Is.EqualTo("1"));

        var mean = new ComputationEngine(Computation.Mean(Bmi));
        Assert.That(mean.TryAdd([Of(Bmis("20")), Of(Bmis("21"))], out _));
        Assert.That(mean.Finish().Find("n")!.Value, Is.EqualTo("1"));
    }

    [Test]
    public void Value_with_a_code_of_no_terminology_is_refused() =>
        Assert.That(Refusal(Computation.CountByCode(Smoking), Of(Coded("a|b"))), Does.Contain("none of a terminology"));

    [Test]
    public void Refused_record_leaves_no_trace()
    {
        var engine = new ComputationEngine(Computation.Mean(Bmi));
        engine.TryAdd(Of(Bmis("20")), out _);
        ComputationResult before = engine.Finish();

        engine.TryAdd(Of(Bmis("1e18")), out _);

        Assert.That(engine.Finish(), Is.EqualTo(before));
    }

    [Test]
    public void Reason_quotes_nothing_of_the_record() =>
        Assert.That(Refusal(Computation.Mean(Bmi), "{\"secret\": secret}"u8.ToArray()), Does.Not.Contain("secret"));

    [Test]
    public void Damaged_record_is_refused_or_computed_but_never_throws() =>
        Gen.Select(Gen.Int[0, 1000], Gen.Byte, Gen.Int[0, 1000]).Sample((at, value, length) =>
        {
            byte[] bytes = Of(Patient("male"), Condition(Hypertension), Bmis("20"), Panel(Systolic, "120"), Coded("1")).ToArray();
            bytes[at % bytes.Length] = value;
            ReadOnlyMemory<byte> damaged = length < 100 ? bytes.AsMemory(0, length * bytes.Length / 100) : bytes;
            Computation[] all =
            [
                Computation.Mean(Bmi), Computation.Mean(BloodPressure, Systolic), Computation.CountByCode(Smoking),
                Computation.CountByGenderAndCondition(Hypertension), Computation.CountCondition(Hypertension),
            ];
            return all.All(computation =>
            {
                var engine = new ComputationEngine(computation);
                bool added = engine.TryAdd(damaged, out string? reason);
                return added ? engine.Finish().CohortSize == 1 : reason!.Length > 0;
            });
        });

    private static string Run(Computation computation, params ReadOnlyMemory<byte>[] bundles) =>
        string.Join("; ", Compute(computation, bundles).Figures);

    private static ComputationResult Compute(Computation computation, params ReadOnlyMemory<byte>[] bundles)
    {
        var engine = new ComputationEngine(computation);
        foreach (ReadOnlyMemory<byte> bundle in bundles)
        {
            Assert.That(engine.TryAdd(bundle, out string? reason), reason);
        }

        ComputationResult result = engine.Finish();
        Assert.That(result.CohortSize, Is.EqualTo(bundles.Length));
        Assert.That(result.Computation, Is.EqualTo(computation.Digest));
        return result;
    }

    private static string Refusal(Computation computation, ReadOnlyMemory<byte> record)
    {
        var engine = new ComputationEngine(computation);
        Assert.That(engine.TryAdd(record, out string? reason), Is.False);
        Assert.That(engine.Finish().CohortSize, Is.Zero);
        return reason!;
    }
}
