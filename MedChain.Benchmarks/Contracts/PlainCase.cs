namespace MedChain.Benchmarks.Contracts;

/// <summary>The research permission as somebody would write it by hand in C#, with the same three look-ups: the roles of the principal,
/// the categories of the record, its patient.</summary>
internal static class PlainCase
{
    private static readonly Dictionary<string, Requester> Requesters = new()
    {
        ["did:med:r-042"] = new Requester(["accredited-researcher", "north-clinic"]),
    };

    private static readonly Dictionary<string, StoredRecord> Records = new()
    {
        ["r-1"] = new StoredRecord("did:med:p-001", ["laboratory"]),
    };

    /// <summary>What is asked, as an ordinary object.</summary>
    public sealed record Request(
        string Principal, string Action, string Resource, long Now, string Purpose, string Operation, long Cohort, long Uses);

    private sealed record Requester(HashSet<string> Roles);

    private sealed record StoredRecord(string Patient, HashSet<string> Categories);

    /// <summary>The request of <see cref="ResearchCase"/>. Its texts are no literals, which would be compared by reference.</summary>
    public static Request NewRequest() => new(
        Copy("did:med:r-042"), Copy("compute"), Copy("r-1"), 1_790_000_000_000, Copy("HRESCH"), Copy("mean"), 64, 3);

    public static bool Decide(Request request) =>
        request.Action == "compute"
        && Requesters.TryGetValue(request.Principal, out Requester? principal) && principal.Roles.Contains("accredited-researcher")
        && Records.TryGetValue(request.Resource, out StoredRecord? resource) && resource.Categories.Contains("laboratory")
        && resource.Patient == "did:med:p-001" && request.Purpose == "HRESCH" && request.Operation == "mean" && request.Cohort >= 20
        && request.Uses < 10 && request.Now < 1_814_400_000_000;

    private static string Copy(string text) => new(text.AsSpan());
}
