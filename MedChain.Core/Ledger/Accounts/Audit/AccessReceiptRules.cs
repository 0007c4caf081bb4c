using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Audit;

/// <summary>Access receipts: what the reader says came of a permitted access. A permitted access without one counts as read.</summary>
internal static class AccessReceiptRules
{
    public static string? Acknowledge(
        LedgerState state, Genesis genesis, AccountId sender, AcknowledgeAccess command, LedgerContext context)
    {
        if (state.Get<DecisionEntry>(StateKey.Decision(command.Request)) is not { } decision)
        {
            return $"There is no decision about request {command.Request}.";
        }

        if (decision.Requester != sender || !decision.Outcome.Releases())
        {
            return $"Request {command.Request} was not permitted to account {sender}.";
        }

        StateKey key = StateKey.AccessReceipt(command.Request);
        if (state.Get<AccessReceiptEntry>(key) is not null)
        {
            return $"Request {command.Request} has a receipt already.";
        }

        if (context.TryReadAttachment(command.Details, out AccessReceiptDetails? details) is { } unreadable)
        {
            return unreadable;
        }

        if ((details!.By.Problem(state, sender) ?? Problem(state, genesis, decision, command, details, context)) is { } wrong)
        {
            return wrong;
        }

        state.Put(key, new AccessReceiptEntry(command.SizeBucket, command.Outcome, command.Details));
        if (!details.Releases.IsEmpty)
        {
            context.Emit(LedgerEventKind.KeysReleased, decision.Patient, command.Request);
        }

        context.Emit(LedgerEventKind.AccessAcknowledged, decision.Patient, command.Request);
        return null;
    }

    /// <summary>What a receipt says must fit the decision, and nobody's release can be invented.</summary>
    private static string? Problem(
        LedgerState state,
        Genesis genesis,
        DecisionEntry decision,
        AcknowledgeAccess command,
        AccessReceiptDetails details,
        LedgerContext context)
    {
        int next = 0;
        foreach (ReturnedRecord returned in details.Records)
        {
            int place = next < decision.Records.Length ? decision.Records.IndexOf(returned.Record, next) : -1;
            if (place < 0)
            {
                return $"The decision does not open record {returned.Record}, or the receipt has it twice or out of order.";
            }

            next = place + 1;
        }

        ReadingOutcome expected = details.Records.Length == decision.Records.Length ? ReadingOutcome.Complete
            : details.Records.IsEmpty ? ReadingOutcome.Nothing
            : ReadingOutcome.Partial;
        if (command.Outcome != expected)
        {
            return $"{details.Records.Length} of {decision.Records.Length} records were read: that is {expected}, not {command.Outcome}.";
        }

        var seen = new HashSet<PublicKey>();
        foreach (SignedRelease release in details.Releases)
        {
            if (!seen.Add(release.Custodian) || !IsCustodian(state, genesis, release.Custodian, context.Epoch)
                || !release.IsSigned(genesis.Chain, command.Request))
            {
                return $"A release is not signed for the request by one of the custodians, or is there twice: {release.Custodian}.";
            }
        }

        return null;
    }

    /// <summary>Shares may have moved between the release and the receipt, so the custodians of any epoch that the state knows
    /// count.</summary>
    private static bool IsCustodian(LedgerState state, Genesis genesis, PublicKey key, long current)
    {
        bool IsIn(long epoch) => ValidatorRules.Find(state, genesis, current, epoch)?.Members.Any(m => m.OperatorKey == key) == true;
        for (long epoch = current; epoch > 0 && epoch >= current - ValidatorRules.KeptEpochs; epoch--)
        {
            if (IsIn(epoch))
            {
                return true;
            }
        }

        return IsIn(0);
    }
}
