using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>Who may act for a patient, and how.</summary>
/// <param name="Guardian">The guardian's account.</param>
/// <param name="Scopes">What she may do.</param>
/// <param name="From">Block time from which.</param>
/// <param name="Until">Block time until which.</param>
/// <param name="IsLegal">Whether the administrator appointed her for a minor: then it ends with majority by itself.</param>
public sealed record Guardianship(AccountId Guardian, GuardianScopes Scopes, DateTimeOffset From, DateTimeOffset Until, bool IsLegal)
{
    internal static AppointGuardian Command(
        AccountId ward, AccountId guardian, GuardianScopes scopes, DateTimeOffset from, DateTimeOffset until)
    {
        var command = new AppointGuardian(
            ward, guardian, scopes, Math.Max(0, from.ToUnixTimeMilliseconds()), Math.Max(0, until.ToUnixTimeMilliseconds()));
        return command.Problem() is { } problem ? throw new ArgumentException(problem) : command;
    }
}
