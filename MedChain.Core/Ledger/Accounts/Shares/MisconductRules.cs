using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Shares;

/// <summary>Records what a custodian was proved to have done, once for each record and kind.</summary>
internal static class MisconductRules
{
    public static string? Convict(
        LedgerState state,
        Genesis genesis,
        CustodyEntry custody,
        int custodian,
        CustodyMisconduct kind,
        AccountId owner,
        Digest record,
        LedgerContext context)
    {
        if (ValidatorRules.Find(state, genesis, context.Epoch, custody.Epoch) is not { } custodians)
        {
            return $"The validators of epoch {custody.Epoch}, who keep the record's key, are not known here any more.";
        }

        PublicKey key = custodians.Members[custodian].OperatorKey;
        StateKey place = StateKey.CustodyMisconduct(key, RecordEntry.Mark(owner, record), (byte)kind);
        if (state.Get<CustodyMisconductEntry>(place) is not null)
        {
            return $"The misconduct of custodian {custodian} with record {record} is recorded already.";
        }

        state.Put(place, new CustodyMisconductEntry(key, kind, owner, record, context.Height));
        context.Emit(LedgerEventKind.CustodyMisconductRecorded, owner, record);
        return null;
    }
}
