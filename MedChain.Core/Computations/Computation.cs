using System.Globalization;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Computations;

/// <summary>What a researcher may ask of a cohort. A closed family: each member has exact definitions (docs/computations.md), so that
/// independent executors get identical bytes.</summary>
public abstract record Computation : ICanonical<Computation>
{
    /// <summary>Category of records that hold a patient's observations and diagnostic reports.</summary>
    public const string Laboratory = "laboratory";

    /// <summary>Category of records that hold the patient and everything that is not <see cref="Laboratory"/>.</summary>
    public const string Clinical = "clinical";

    private const int PatientCountTag = 1;
    private const int ConditionCountTag = 2;
    private const int MomentsTag = 3;
    private const int HistogramTag = 4;
    private const int CodeCountsTag = 5;
    private const int GenderConditionCountsTag = 6;

    private Computation(string operation, string category)
    {
        Operation = operation;
        Category = category;
    }

    /// <summary>Gets the name of the operation in patients' policies: <c>count</c>, <c>mean</c> or <c>histogram</c>.</summary>
    public string Operation { get; }

    /// <summary>Gets the category of the one record of each patient that the computation reads.</summary>
    public string Category { get; }

    /// <summary>Gets the hash that names this computation with all its parameters.</summary>
    public Digest Digest => Canonical.Hash("medchain/computation/v1", this);

    /// <summary>Counts the patients.</summary>
    /// <returns>The computation; its figure is <c>patients</c>.</returns>
    public static Computation CountPatients() => new PatientCount();

    /// <summary>Counts the patients who have a condition.</summary>
    /// <param name="code">The condition's code, for example SNOMED CT <c>38341003</c> for hypertension.</param>
    /// <returns>The computation; its figure is <c>patients</c>.</returns>
    public static Computation CountCondition(string code) => new ConditionCount(code);

    /// <summary>Number, sum, mean and sample variance of a measurement. Smallest and largest values are never released: they are one
    /// person's.</summary>
    /// <param name="code">Code of the observation.</param>
    /// <param name="component">Code of a component, or <see langword="null"/> for the observation's own value.</param>
    /// <returns>The computation; its figures are <c>n</c>, <c>sum</c>, <c>mean</c> and <c>variance</c>.</returns>
    public static Computation Mean(string code, string? component = null) => new Moments(new Measurement(code, component));

    /// <summary>Counts patients by ranges of a measurement.</summary>
    /// <param name="code">Code of the observation.</param>
    /// <param name="lower">Lower edge of the first bin.</param>
    /// <param name="width">Width of each bin.</param>
    /// <param name="bins">Number of bins; values outside fall into the first or the last.</param>
    /// <param name="component">Code of a component, or <see langword="null"/> for the observation's own value.</param>
    /// <returns>The computation; its figures are named by the lower edges.</returns>
    public static Computation Histogram(string code, decimal lower, decimal width, int bins, string? component = null) =>
        new BinCounts(new Measurement(code, component), lower, width, bins);

    /// <summary>Counts patients by the last coded value of an observation, for example the smoking status <c>72166-2</c>.</summary>
    /// <param name="code">Code of the observation.</param>
    /// <returns>The computation; its figures are named by the codes of the values.</returns>
    public static Computation CountByCode(string code) => new CodeCounts(code);

    /// <summary>Counts patients by gender and by whether they have a condition.</summary>
    /// <param name="code">The condition's code.</param>
    /// <returns>The computation; its figures are named <c>female|1</c> for women with the condition, <c>female|0</c> for those without, and
    /// so on.</returns>
    public static Computation CountByGenderAndCondition(string code) => new GenderConditionCounts(code);

    /// <summary>The computation in words.</summary>
    /// <returns>The text.</returns>
    public abstract override string ToString();

    void ICanonical<Computation>.Write(ref CanonicalWriter writer) => WriteMember(ref writer);

    static Computation ICanonical<Computation>.Read(ref CanonicalReader reader)
    {
        int count = reader.ReadArrayCount(5);
        if (count == 0)
        {
            throw new MalformedDataException("A computation of no elements.");
        }

        int tag = reader.ReadInt32(PatientCountTag, GenderConditionCountsTag);
        int expected = tag switch { PatientCountTag => 1, HistogramTag => 5, _ => 2 };
        if (count != expected)
        {
            throw new MalformedDataException($"A computation of kind {tag} with {count} elements where {expected} are expected.");
        }

        return tag switch
        {
            PatientCountTag => new PatientCount(),
            ConditionCountTag => new ConditionCount(ClinicalCode.Read(ref reader)),
            MomentsTag => new Moments(reader.Read<Measurement>()),
            HistogramTag => BinCounts.ReadMember(ref reader),
            CodeCountsTag => new CodeCounts(ClinicalCode.Read(ref reader)),
            _ => new GenderConditionCounts(ClinicalCode.Read(ref reader)),
        };
    }

    private protected abstract void WriteMember(ref CanonicalWriter writer);

    private static void WriteCoded(ref CanonicalWriter writer, int tag, string code)
    {
        writer.BeginArray(2);
        writer.Write((long)tag);
        writer.Write(code);
    }

    private static string Valid(string code)
    {
        ClinicalCode.Require(code, nameof(code));
        return code;
    }

    /// <summary>The number of patients.</summary>
    public sealed record PatientCount : Computation
    {
        internal PatientCount()
            : base("count", Clinical)
        {
        }

        /// <inheritdoc/>
        public override string ToString() => "number of patients";

        private protected override void WriteMember(ref CanonicalWriter writer)
        {
            writer.BeginArray(1);
            writer.Write((long)PatientCountTag);
        }
    }

    /// <summary>The number of patients with a condition.</summary>
    public sealed record ConditionCount : Computation
    {
        internal ConditionCount(string code)
            : base("count", Clinical) => Code = Valid(code);

        /// <summary>Gets the condition's code: that of its first coding.</summary>
        public string Code { get; }

        /// <inheritdoc/>
        public override string ToString() => $"number of patients with condition {Code}";

        private protected override void WriteMember(ref CanonicalWriter writer) => WriteCoded(ref writer, ConditionCountTag, Code);
    }

    /// <summary>Number, sum, mean and sample variance of a measurement.</summary>
    public sealed record Moments : Computation
    {
        internal Moments(Measurement measurement)
            : base("mean", Laboratory) => Measurement = measurement;

        /// <summary>Gets the measurement.</summary>
        public Measurement Measurement { get; }

        /// <inheritdoc/>
        public override string ToString() => $"mean of {Measurement}";

        private protected override void WriteMember(ref CanonicalWriter writer)
        {
            writer.BeginArray(2);
            writer.Write((long)MomentsTag);
            writer.Write(Measurement);
        }
    }

    /// <summary>Patients by ranges of a measurement.</summary>
    public sealed record BinCounts : Computation
    {
        /// <summary>Most bins.</summary>
        public const int MaxBins = 200;

        /// <summary>Largest edge or width, and the smallest edge below zero.</summary>
        public const long MaxMagnitude = 1_000_000_000;

        /// <summary>Fractional digits of an edge or a width.</summary>
        public const int EdgeDigits = 6;

        private const long UnitsPerOne = 1_000_000;
        private const long MaxUnits = MaxMagnitude * UnitsPerOne;

        internal BinCounts(Measurement measurement, decimal lower, decimal width, int bins)
            : this(measurement, ToUnits(lower, nameof(lower)), ToUnits(width, nameof(width)), bins)
        {
        }

        private BinCounts(Measurement measurement, long lower, long width, int bins)
            : base("histogram", Laboratory)
        {
            if (width <= 0)
            {
                throw new ArgumentOutOfRangeException(nameof(width), "The width of a bin is 0 or less; give one above 0.");
            }

            if (bins is < 2 or > MaxBins)
            {
                throw new ArgumentOutOfRangeException(nameof(bins), $"A histogram has 2 to {MaxBins} bins, not {bins}.");
            }

            Measurement = measurement;
            LowerUnits = lower;
            WidthUnits = width;
            Bins = bins;
        }

        /// <summary>Gets the measurement.</summary>
        public Measurement Measurement { get; }

        /// <summary>Gets the lower edge of the first bin.</summary>
        public decimal Lower => (decimal)LowerUnits / UnitsPerOne;

        /// <summary>Gets the width of each bin.</summary>
        public decimal Width => (decimal)WidthUnits / UnitsPerOne;

        /// <summary>Gets the number of bins, 2 to <see cref="MaxBins"/>.</summary>
        public int Bins { get; }

        /// <summary>Gets the lower edge in units of 10^-<see cref="EdgeDigits"/>.</summary>
        internal long LowerUnits { get; }

        /// <summary>Gets the width in units of 10^-<see cref="EdgeDigits"/>.</summary>
        internal long WidthUnits { get; }

        /// <inheritdoc/>
        public override string ToString() =>
            string.Create(
                CultureInfo.InvariantCulture, $"histogram of {Measurement} in {Bins} bins of {Width:0.######} from {Lower:0.######}");

        internal static BinCounts ReadMember(ref CanonicalReader reader)
        {
            var measurement = reader.Read<Measurement>();
            long lower = reader.ReadInt64();
            long width = reader.ReadInt64();
            int bins = reader.ReadInt32(2, MaxBins);
            return lower is >= -MaxUnits and <= MaxUnits && width is > 0 and <= MaxUnits
                ? new BinCounts(measurement, lower, width, bins)
                : throw new MalformedDataException($"A histogram from {lower} by {width} millionths; the limit is {MaxUnits}.");
        }

        private protected override void WriteMember(ref CanonicalWriter writer)
        {
            writer.BeginArray(5);
            writer.Write((long)HistogramTag);
            writer.Write(Measurement);
            writer.Write(LowerUnits);
            writer.Write(WidthUnits);
            writer.Write((long)Bins);
        }

        private static long ToUnits(decimal value, string parameter)
        {
            if (value is < -MaxMagnitude or > MaxMagnitude || !decimal.IsInteger(value * UnitsPerOne))
            {
                throw new ArgumentOutOfRangeException(
                    parameter, $"The number {value} is beyond {MaxMagnitude} or has more than {EdgeDigits} fractional digits.");
            }

            return (long)(value * UnitsPerOne);
        }
    }

    /// <summary>Patients by the last coded value of an observation.</summary>
    public sealed record CodeCounts : Computation
    {
        internal CodeCounts(string code)
            : base("count", Laboratory) => Code = Valid(code);

        /// <summary>Gets the code of the observation: that of its first coding.</summary>
        public string Code { get; }

        /// <inheritdoc/>
        public override string ToString() => $"number of patients by value of {Code}";

        private protected override void WriteMember(ref CanonicalWriter writer) => WriteCoded(ref writer, CodeCountsTag, Code);
    }

    /// <summary>Patients by gender and by whether they have a condition.</summary>
    public sealed record GenderConditionCounts : Computation
    {
        internal GenderConditionCounts(string code)
            : base("count", Clinical) => Code = Valid(code);

        /// <summary>Gets the condition's code: that of its first coding.</summary>
        public string Code { get; }

        /// <inheritdoc/>
        public override string ToString() => $"number of patients by gender and condition {Code}";

        private protected override void WriteMember(ref CanonicalWriter writer) => WriteCoded(ref writer, GenderConditionCountsTag, Code);
    }
}
