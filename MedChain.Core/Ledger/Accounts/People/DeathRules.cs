using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>Attested death, and what the patient wanted for it. From the height of the attestation on her own keys do nothing and
/// guardianships rest; her directive says what stays open.</summary>
internal static class DeathRules
{
    /// <summary>The role of an account that attests deaths.</summary>
    public const string RegistrarRole = "registrar";

    public static string? Direct(LedgerState state, AccountId sender, SetDirective command, LedgerContext context)
    {
        if (AccountLedger.PatientProblem(state, sender) is { } problem)
        {
            return problem;
        }

        AccountId executor = command.Directive.Executor;
        if (executor != default && (executor == sender || state.Get<AccountEntry>(StateKey.Account(executor)) is null))
        {
            return $"Executor {executor} is not registered, or is the patient herself.";
        }

        PersonEntry person = PersonEntry.Of(state, sender);
        state.Put(
            StateKey.Person(sender), person with { Safeguards = person.Safeguards with { AfterDeath = command.Directive } });
        context.Emit(LedgerEventKind.DirectiveSet, sender, default);
        return null;
    }

    public static string? Attest(LedgerState state, AccountId sender, AttestDeath command, LedgerContext context)
    {
        if (state.Get<AccountEntry>(StateKey.Account(sender))?.Roles.Contains(RegistrarRole) != true)
        {
            return $"Only an account with the role \"{RegistrarRole}\" attests deaths.";
        }

        if (AccountLedger.PatientProblem(state, command.Account) is { } problem)
        {
            return problem;
        }

        PersonEntry person = PersonEntry.Of(state, command.Account);
        if (person.Life.IsDead == command.Died)
        {
            return $"The attestation about {command.Account} changes nothing.";
        }

        // A recovery that is under way rests with her.
        state.Put(StateKey.Person(command.Account), person with
        {
            Life = person.Life with { Died = command.Died ? context.Time : 0 },
            Recovery = null,
        });
        context.Emit(command.Died ? LedgerEventKind.DeathAttested : LedgerEventKind.DeathWithdrawn, command.Account, command.Evidence);
        return null;
    }
}
