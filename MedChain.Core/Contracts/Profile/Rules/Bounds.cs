namespace MedChain.Core.Contracts.Profile.Rules;

/// <summary>A condition between two Cedar expressions: <paramref name="Narrow"/> holds only where it holds, and <paramref name="Wide"/>
/// holds wherever it does. Permits and exceptions to denies are written with the narrow one, denies with the wide one, so what cannot be
/// said exactly opens nothing.</summary>
internal readonly record struct Bounds(string Narrow, string Wide)
{
    public const string Always = "true";
    public const string Never = "false";

    /// <summary>What the policy language cannot say at all.</summary>
    public static Bounds Unknown { get; } = new(Never, Always);

    public static Bounds Exactly(string expression) => new(expression, expression);

    public static string All(IEnumerable<string> parts)
    {
        string[] said = [.. parts.Where(part => part != Always)];
        return said.Contains(Never) ? Never : said.Length == 0 ? Always : string.Join(" && ", said);
    }

    public static Bounds Any(IReadOnlyCollection<Bounds> options) =>
        new(Any(options.Select(option => option.Narrow)), Any(options.Select(option => option.Wide)));

    private static string Any(IEnumerable<string> parts)
    {
        string[] said = [.. parts.Where(part => part != Never).Distinct()];
        return said.Contains(Always) ? Always
            : said.Length switch
            {
                0 => Never,
                1 => said[0],
                _ => $"({string.Join(" || ", said.Select(part => $"({part})"))})",
            };
    }
}
