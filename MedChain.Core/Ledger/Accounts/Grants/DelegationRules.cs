using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Grants;

/// <summary>Rules for passing on what a grant permits. They bound it; that it only narrows follows from how decisions are made
/// (<see cref="GrantEvaluation"/>).</summary>
internal sealed class DelegationRules
{
    /// <summary>Through how many hands a permission may come to somebody.</summary>
    public const int MaxDepth = 4;

    /// <summary>Most grants about one patient that are passed on, so that a decision has a bound.</summary>
    public const int MaxGrants = 64;

    /// <summary>Most of them in force by one author.</summary>
    public const int MaxGrantsOfAuthor = 8;

    /// <summary>How long a grant that is passed on may hold.</summary>
    public const long MaxTime = 366L * 24 * 60 * 60 * 1_000;

    private readonly PermissionDecider _decider;
    private readonly GrantRules _grants;

    public DelegationRules(PermissionDecider decider, GrantRules grants)
    {
        _decider = decider;
        _grants = grants;
    }

    /// <summary>Whether an action can be permitted by a grant that is passed on. Emergencies are nobody's to pass on, and researchers have
    /// their accounts on another chain.</summary>
    public static bool MayBePassedOn(string action) => action == "read";

    /// <summary>What is wrong with how far a grant goes; <see langword="null"/> for nothing.</summary>
    public static string? BoundProblem(GrantPolicies grant, GrantPolicies? parent, LedgerContext context)
    {
        if (parent is null)
        {
            return "The grant that is passed on is not in force.";
        }

        if (grant.Depth >= parent.Depth)
        {
            return parent.Depth == 0
                ? "The grant may not be passed on."
                : $"The grant may be passed on {parent.Depth} times: what is passed on has a depth of at most {parent.Depth - 1}.";
        }

        return grant.Until <= context.Time || grant.Until > context.Time + MaxTime
            ? "What is passed on ends within a year: give it an end later than the block's time."
            : parent.Until > 0 && grant.Until > parent.Until
                ? $"What is passed on ends with the grant above it, {parent.Until} ms after 1970, or before."
                : null;
    }

    public string? Delegate(LedgerState state, AccountId sender, DelegateGrant command, LedgerContext context)
    {
        if (state.Get<AccountEntry>(StateKey.Account(sender)) is not { } author)
        {
            return $"Account {sender} is not registered.";
        }

        if (AccountLedger.PatientProblem(state, command.Patient) is { } problem)
        {
            return problem;
        }

        if (sender == command.Patient)
        {
            return "A patient sets grants of her own; she has nothing to pass on.";
        }

        if (state.Get<GrantEntry>(StateKey.Grant(command.Patient, command.Grant)) is not null)
        {
            return $"Grant {command.Grant} exists already.";
        }

        if (_grants.PolicyProblem(state, context, command.Policy, command.Patient, out GrantPolicies? policies) is { } wrong)
        {
            return wrong;
        }

        GrantPolicies? parent = GrantBook.Read(state, context, _decider, command.Patient, command.Parent);
        if ((BoundProblem(policies!, parent, context) ?? HolderProblem(state, sender, author, command, context)) is { } unbounded)
        {
            return unbounded;
        }

        int others = state.Scan<GrantEntry>(StateKey.GrantsOf(command.Patient))
            .Count(g => !g.Value.Parent.IsZero && g.Value.Author == sender && !g.Value.Revoked);
        if (others >= MaxGrantsOfAuthor)
        {
            return $"The sender passes on {others} grants of the patient, the most allowed: revoke one first.";
        }

        if (GrantBook.MakeRoom(state, command.Patient, own: false, MaxGrants) is { } full)
        {
            return full;
        }

        GrantBook.Add(
            state, context, command.Patient, command.Grant, GrantEntry.First(command.Policy, sender, context.Height, command.Parent));
        context.Emit(LedgerEventKind.GrantDelegated, command.Patient, command.Grant);
        return null;
    }

    /// <summary>Why the grant is not the sender's to pass on. What it permits her is not counted as a use.</summary>
    private string? HolderProblem(
        LedgerState state, AccountId sender, AccountEntry author, DelegateGrant command, LedgerContext context)
    {
        if (context.TryReadAttachment(command.Details, out AccessDetails? details) is { } unreadable)
        {
            return unreadable;
        }

        if ((details!.Problem() ?? details.By.Problem(state, sender)) is { } wrong)
        {
            return wrong;
        }

        if (!MayBePassedOn(details.Action))
        {
            return $"What permits the action {details.Action} cannot be passed on; reading can.";
        }

        var question = new PermissionQuestion(
            sender, author.Kind, author.Roles, details.Action, details.Purpose, details.Category, details.Justification)
        {
            Record = details.Record,
        };
        (DecisionBasis basis, List<AskedRecord> asked) =
            PermissionDecider.Collect(state, context, command.Patient, question);
        return basis.Records.IsEmpty
            || _decider.Evaluate(basis, asked, context, command.Patient, question).WayOf(command.Parent) is null
            ? $"Grant {command.Parent} does not permit the sender what she says that it does."
            : null;
    }
}
