using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Resharing;

/// <summary>One record whose shares are on their way, while a command is applied to it.</summary>
internal sealed class Resharing
{
    private readonly LedgerState _state;
    private readonly AccountId _owner;
    private readonly Digest _record;
    private readonly CustodyEntry _custody;
    private readonly LedgerContext _context;

    private Resharing(
        LedgerState state,
        AccountId owner,
        Digest record,
        LedgerContext context,
        (RecordEntry Record, CustodyEntry Custody, ReshareEntry Entry) entries,
        (ValidatorSet Dealers, ValidatorSet Holders) validators)
    {
        _state = state;
        _owner = owner;
        _record = record;
        _context = context;
        (Record, _custody, Entry) = entries;
        (Dealers, Holders) = validators;
    }

    public RecordEntry Record { get; }

    public ValidatorSet Dealers { get; }

    public ValidatorSet Holders { get; }

    public ReshareEntry Entry { get; set; }

    /// <summary>The deals from which the new header follows.</summary>
    public ImmutableArray<Dealing> Chosen => Entry.Chosen(Dealers.Quorum);

    /// <summary>A record whose shares are on their way to the validators of this epoch.</summary>
    public static Resharing? TryRead(LedgerState state, Genesis genesis, AccountId owner, Digest record, LedgerContext context) =>
        state.Get<ReshareEntry>(StateKey.Reshare(owner, record)) is { } entry && entry.Epoch == context.Epoch
            ? TryMake(state, genesis, owner, record, context, entry)
            : null;

    /// <summary>A record whose shares are with the validators of an earlier epoch: they begin to move. What began in an earlier epoch, and
    /// did not come to an end, is given up.</summary>
    public static Resharing? TryBegin(LedgerState state, Genesis genesis, AccountId owner, Digest record, LedgerContext context)
    {
        if (state.Get<CustodyEntry>(StateKey.Custody(owner, record)) is not { } custody || custody.Epoch >= context.Epoch)
        {
            return null;
        }

        Abandon(state, owner, record);
        ValidatorSet holders = ValidatorRules.Read(state, genesis, context.Epoch).Current;
        return TryMake(state, genesis, owner, record, context, ReshareEntry.New(context.Epoch, holders));
    }

    /// <summary>Gives up what is on its way.</summary>
    public static void Abandon(LedgerState state, AccountId owner, Digest record)
    {
        StateKey key = StateKey.Reshare(owner, record);
        if (state.Get<ReshareEntry>(key) is not { } entry)
        {
            return;
        }

        Digest[] useless = entry.Pending.IsZero ? [.. entry.Attachments] : [.. entry.Attachments, entry.Pending];
        StateKey custody = StateKey.Custody(owner, record);
        CustodyEntry known = state.Get<CustodyEntry>(custody)!;
        state.Put(custody, known with { Superseded = CustodyEntry.Bound(known.Superseded.AddRange(useless)) });
        state.Remove(key);
    }

    /// <summary>Draws the consequences of what has changed, and writes it down.</summary>
    /// <returns>Whether the new holders have taken over.</returns>
    public bool Settle()
    {
        DropSilent();
        if (Entry.Pending.IsZero && Chosen.Length == Dealers.Quorum)
        {
            MakeHeader();
        }

        bool isDone = !Entry.Pending.IsZero
            && !Entry.Accusations.Any(a => a.IsOpen && Chosen.Any(d => d.Dealer == a.Dealer))
            && (Entry.Accepted == Holders.Count || (Entry.Accepted >= Holders.Quorum && _context.Time >= Entry.SettlesAt));
        if (isDone)
        {
            TakeOver();
        }
        else
        {
            _state.Put(StateKey.Reshare(_owner, _record), Entry);
        }

        return isDone;
    }

    private static Resharing? TryMake(
        LedgerState state, Genesis genesis, AccountId owner, Digest record, LedgerContext context, ReshareEntry entry) =>
        state.Get<RecordEntry>(StateKey.Record(owner, record)) is { Status: RecordStatus.Live } known
        && state.Get<CustodyEntry>(StateKey.Custody(owner, record)) is { } custody
        && ValidatorRules.Find(state, genesis, context.Epoch, custody.Epoch) is { } dealers
            ? new Resharing(
                state,
                owner,
                record,
                context,
                (known, custody, entry),
                (dealers, ValidatorRules.Read(state, genesis, context.Epoch).Current))
            : null;

    /// <summary>Drops the dealers that did not answer in time. The new header followed from their deals, so it is made anew.</summary>
    private void DropSilent()
    {
        HashSet<int> silent = [.. Entry.Accusations.Where(a => a.IsOpen && _context.Time > a.Deadline).Select(a => a.Dealer)];
        if (silent.Count > 0)
        {
            Entry = Entry with
            {
                Deals = [.. Entry.Deals.Select(d => silent.Contains(d.Dealer) ? d with { IsDropped = true } : d)],
                Accusations = [.. Entry.Accusations.Where(a => !silent.Contains(a.Dealer))],
                Pending = default,
                Handles = [.. Entry.Handles.Select(_ => default(Digest))],
            };
        }
    }

    /// <summary>The commitments to the new shares are the old holders' combined, coefficient by coefficient.</summary>
    private void MakeHeader()
    {
        if (_context.TryReadAttachment(Record.KeyHeader, out KeyHeader? old) is not null)
        {
            return;
        }

        var deals = new List<(int Holder, ShareDeal Deal)>();
        foreach (Dealing dealing in Chosen)
        {
            if (_context.TryReadAttachment(dealing.Deal, out ShareDeal? deal) is not null)
            {
                return;
            }

            deals.Add((dealing.Dealer + 1, deal!));
        }

        var commitments = new RistrettoPoint[Holders.Quorum];
        for (int i = 0; i < commitments.Length; i++)
        {
            if (!SecretSharing.TryCombine([.. deals.Select(d => (d.Holder, d.Deal.Commitments[i]))], out commitments[i]))
            {
                // They cancel out, which no chance brings about: the last dealer knew the others' commitments.
                Dealing last = Chosen[^1];
                Entry = Entry with { Deals = Entry.Deals.Replace(last, last with { IsDropped = true }) };
                return;
            }
        }

        Digest salt = Canonical.Hash(
            "medchain/reshared-header/v1", new DigestList([_context.SaltOf(Record.KeyHeader), .. Chosen.Select(d => d.Deal)]));
        Attachment header = Attachment.Create(salt.ToArray(), new KeyHeader(old!.Mark, old.Content, [.. commitments], []));
        _context.Derive(header);
        Entry = Entry with { Pending = header.Commitment, SettlesAt = _context.Time + ReshareRules.Patience };
        _context.Emit(LedgerEventKind.ResharingAdvanced, _owner, _record);
    }

    private void TakeOver()
    {
        ImmutableArray<Digest> superseded = [Record.KeyHeader, .. Entry.Attachments];
        if (Entry.Epoch == _custody.Epoch)
        {
            // After a change of the validators the attachments stay until the record is erased: who joins executes from the start.
            ErasureRules.Mark(_state, _context, _record, superseded.AsSpan());
        }

        _state.Put(StateKey.Record(_owner, _record), Record with { KeyHeader = Entry.Pending });
        _state.Put(
            StateKey.Custody(_owner, _record),
            new CustodyEntry(
                Entry.Epoch,
                Entry.Handles,
                default,
                default,
                0,
                _context.Height,
                CustodyEntry.Bound(_custody.Superseded.AddRange(superseded))));
        _state.Remove(StateKey.Reshare(_owner, _record));
        _context.Emit(LedgerEventKind.RecordReshared, _owner, _record);
    }
}
