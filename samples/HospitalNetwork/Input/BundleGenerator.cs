namespace MedChain.Samples.HospitalNetwork.Input;

/// <summary>Makes invented patients with FHIR R4 resources: a believable spread of age, weight, blood pressure and their diseases, and
/// nothing of any real person. One seed gives the same bytes everywhere; patient i does not depend on how many are asked for.</summary>
internal static class BundleGenerator
{
    /// <summary>Most patients of one call.</summary>
    public const int MaxPatients = 100_000;

    private const string Loinc = "http://loinc.org";
    private const string Snomed = "http://snomed.info/sct";

    private static readonly DateOnly AsOf = new(2024, 1, 1);

    private static readonly Coding BodyMassIndex = new(Loinc, "39156-5", "Body mass index (BMI) [Ratio]");
    private static readonly Coding BloodPressure = new(Loinc, "55284-4", "Blood pressure systolic and diastolic");
    private static readonly Coding Systolic = new(Loinc, "8480-6", "Systolic blood pressure");
    private static readonly Coding Diastolic = new(Loinc, "8462-4", "Diastolic blood pressure");
    private static readonly Coding HbA1c = new(Loinc, "4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood");
    private static readonly Coding Smoking = new(Loinc, "72166-2", "Tobacco smoking status");

    private static readonly Coding Hypertension = new(Snomed, "38341003", "Hypertensive disorder");
    private static readonly Coding Diabetes = new(Snomed, "44054006", "Diabetes mellitus type 2");
    private static readonly Coding Prediabetes = new(Snomed, "15777000", "Prediabetes");
    private static readonly Coding Obesity = new(Snomed, "162864005", "Body mass index 30+ - obesity");

    private static readonly Coding NeverSmoked = new(Snomed, "266919005", "Never smoked tobacco");
    private static readonly Coding FormerSmoker = new(Snomed, "8517006", "Ex-smoker");
    private static readonly Coding DailySmoker = new(Snomed, "449868002", "Smokes tobacco daily");

    /// <summary>Makes patients one by one.</summary>
    /// <param name="count">1 to <see cref="MaxPatients"/>.</param>
    /// <param name="seed">Any number; another one gives other patients.</param>
    public static IEnumerable<PatientInput> Generate(int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxPatients);
        return Enumerable.Range(0, count).Select(index => One(index, seed));
    }

    private static PatientInput One(int index, ulong seed)
    {
        // Mixed twice, so that neither neighbouring patients nor neighbouring seeds share a sequence.
        ulong mixedSeed = new SplitMix64(seed).Next();
        var random = new SplitMix64(new SplitMix64(unchecked(mixedSeed + (ulong)index)).Next());
        Person person = Person.Draw(ref random);
        var resources = new ResourceWriter(ref random);
        resources.Patient(person);
        WriteConditions(resources, person, ref random);
        WriteObservations(resources, person, ref random);
        return resources.Splitter.Build(resources.PatientId);
    }

    private static void WriteConditions(ResourceWriter resources, Person person, ref SplitMix64 random)
    {
        (bool Has, Coding Code)[] conditions =
        [
            (person.HasHypertension, Hypertension),
            (person.HasDiabetes, Diabetes),
            (person.HasPrediabetes, Prediabetes),
            (person.BmiTenths >= 300, Obesity),
        ];
        foreach ((bool has, Coding code) in conditions)
        {
            if (has)
            {
                resources.Condition(ref random, code, AsOf.AddDays(-random.Between(30, Math.Max(31, person.AgeDays / 2))));
            }
        }
    }

    private static void WriteObservations(ResourceWriter resources, Person person, ref SplitMix64 random)
    {
        int visits = random.Between(2, 6);
        for (int visit = 0; visit < visits; visit++)
        {
            DateOnly day = AsOf.AddDays(-1 - (random.Between(250, 420) * (visits - 1 - visit)));
            if (day.DayNumber < AsOf.DayNumber - person.AgeDays)
            {
                continue; // Before birth.
            }

            resources.Quantity(ref random, BodyMassIndex, day, Tenths(person.BmiTenths + random.Bell(6)), "kg/m2");
            int systolic = person.Systolic + random.Bell(6);
            int diastolic = Math.Min((systolic * 5 / 9) + 10 + random.Bell(4), systolic - 15);
            resources.Panel(ref random, BloodPressure, day, [(Systolic, systolic), (Diastolic, diastolic)], "mm[Hg]");
            if (person.IsGlucoseFollowed)
            {
                resources.Quantity(ref random, HbA1c, day, Tenths(Math.Max(40, person.HbA1cTenths + random.Bell(2))), "%");
            }

            if (person.IsAdult)
            {
                resources.Coded(ref random, Smoking, day, person.Smoking);
            }
        }
    }

    private static decimal Tenths(int value) => value / 10m;

    /// <summary>A code with its system, as FHIR's Coding.</summary>
    internal readonly record struct Coding(string System, string Code, string Display);

    /// <summary>What is drawn for a patient before anything is written. Tenths instead of fractions: no float decides anything.</summary>
    internal sealed record Person(
        string Gender,
        int AgeDays,
        int BmiTenths,
        int Systolic,
        int HbA1cTenths,
        bool HasHypertension,
        bool HasDiabetes,
        bool HasPrediabetes,
        bool IsGlucoseFollowed,
        Coding Smoking)
    {
        public bool IsAdult => AgeDays >= 18 * 365;

        public DateOnly BirthDate => AsOf.AddDays(-AgeDays);

        public static Person Draw(ref SplitMix64 random)
        {
            string gender = random.Chance(510) ? "female" : "male";
            int ageDays = random.Between(365, 92 * 365);
            int age = ageDays / 365;
            bool adult = age >= 18;
            int bmi = Math.Clamp((adult ? 265 : 150 + (age * 5)) + random.Bell(adult ? 48 : 18), 120, 520);
            int heavier = Math.Max(0, bmi - 250);
            bool hypertension = adult && random.Chance(Math.Clamp(((age - 25) * 8) + heavier, 10, 700));
            bool diabetes = adult && random.Chance(Math.Clamp(((age - 35) * 3) + (2 * heavier), 5, 450));
            bool prediabetes = adult && !diabetes && random.Chance(Math.Clamp(((age - 20) * 4) + heavier, 20, 450));
            int systolic = Math.Clamp(105 + (age / 4) + (hypertension ? 22 : 0) + random.Bell(9), 80, 220);
            int hbA1c = (diabetes ? 72 : prediabetes ? 60 : 53) + random.Bell(diabetes ? 8 : 2);
            bool followed = diabetes || prediabetes || (adult && random.Chance(200));
            Coding smoking = random.Below(100) switch { < 62 => NeverSmoked, < 86 => FormerSmoker, _ => DailySmoker };
            return new Person(gender, ageDays, bmi, systolic, hbA1c, hypertension, diabetes, prediabetes, followed, smoking);
        }
    }
}
