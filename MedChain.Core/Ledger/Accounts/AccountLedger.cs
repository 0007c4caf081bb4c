using MedChain.Core.Contracts;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Ledger.Accounts.Resharing;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Ledger.Contracts;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>Rules of an account chain: identities, salted commitments of records, permissions, decisions and the audit trail.</summary>
internal sealed class AccountLedger : ILedgerRules
{
    /// <summary>Most records of one patient.</summary>
    public const int MaxRecords = DecisionEntry.MaxRecords;

    private readonly IEvidenceJudge _judge;
    private readonly PermissionDecider _decider;
    private readonly GrantRules _grants;
    private readonly DelegationRules _delegations;
    private readonly RevocationRules _revocations;
    private readonly TaskAnswering _answering;
    private readonly ContractRules _contracts;

    /// <param name="genesis">The chain's genesis.</param>
    /// <param name="judge">What judges evidence against validators.</param>
    /// <param name="doubleCheck">Whether the reference evaluator makes every decision too. It changes no result: a difference
    /// throws.</param>
    public AccountLedger(Genesis genesis, IEvidenceJudge judge, bool doubleCheck = false)
    {
        Genesis = genesis;
        _judge = judge;
        _decider = new PermissionDecider(genesis.Name, new ContractVmOptions { DoubleCheck = doubleCheck });
        _grants = new GrantRules(_decider);
        _delegations = new DelegationRules(_decider, _grants);
        _revocations = new RevocationRules(_decider);
        _answering = new TaskAnswering(genesis, _decider);
        _contracts = new ContractRules(genesis);
    }

    public Genesis Genesis { get; }

    public void WriteGenesis(LedgerState state) => SharedRules.WriteGenesis(state, Genesis);

    public string? Check(ReadOnlyMemory<byte> body)
    {
        if (!Canonical.TryDecode(body, out Command? command, out string? reason))
        {
            return $"The command is malformed: {reason}";
        }

        return command switch
        {
            RegisterAccount register => register.Account.Problem(),
            MarkOrder or AnchorChain or AdvanceAnchor or DeliverProof or RecordMisconduct => null,
            ProposeValidators or ApproveValidators => null,
            StoreRecord or SetGrant or RevokeGrant or RequestAccess or SetCountBucket => null,
            ReplaceGrant or DelegateGrant or RevokePermissions => null,
            AcceptShares or RefuteShare or ConfirmErasures or SetLegalHold or LiftLegalHold or ReportResurfacedShare => null,
            DealShares or AccuseDealers or AnswerAccusation or RefreshKey or ReportRelease => null,
            OrderErasure order => order.Problem(),
            ActFor act => act.Problem() ?? Check(act.Body),
            PeopleCommand people => people.Problem(),
            AcknowledgeAccess or ReadTrail => null,
            DeployContract deploy => ContractRules.Problem(deploy),
            CallContract call => ContractRules.Problem(call),
            _ => $"An account chain has no command {command.GetType().Name}.",
        };
    }

    public IEnumerable<Digest> Brings(ReadOnlyMemory<byte> body) => Canonical.Decode<Command>(body) switch
    {
        StoreRecord record => [record.Manifest, record.KeyHeader],
        SetGrant grant => [grant.Policy],
        ReplaceGrant grant => [grant.Policy],
        DelegateGrant grant => [grant.Policy, grant.Details],
        RevokePermissions revocation => [revocation.Document],
        DealShares deals => deals.Deals.Select(d => d.Deal),
        ReportRelease report => [report.Evidence],
        RequestAccess request => [request.Details],
        ActFor act => Brings(act.Body),
        PeopleCommand people => people.Brings(),
        AcknowledgeAccess receipt => [receipt.Details],
        ReadTrail reading => [reading.Details],
        _ => [],
    };

    public IEnumerable<Digest> Reads(LedgerState state, ReadOnlyMemory<byte> body) => Canonical.Decode<Command>(body) switch
    {
        StoreRecord record => [record.Manifest, record.KeyHeader],
        RefuteShare refutation => ShareRules.Reads(state, refutation),
        OrderErasure order => ErasureRules.Reads(state, order),
        AcceptShares acceptances => ShareRules.Reads(state, acceptances),
        DealShares deals => ReshareRules.Reads(state, deals),
        ReportRelease report => ReleaseRules.Reads(state, report),
        AccuseDealers accusation => ReshareRules.Reads(state, accusation.Owner, accusation.Record),
        AnswerAccusation answer => ReshareRules.Reads(state, answer.Owner, answer.Record),
        SetGrant grant => [grant.Policy],
        ReplaceGrant grant => [grant.Policy, .. PermissionDecider.PoliciesOf(state, grant.Patient)],
        DelegateGrant grant => [grant.Policy, grant.Details, .. PermissionDecider.AttachmentsOf(state, grant.Patient)],
        RevokePermissions revocation => [revocation.Document, .. PermissionDecider.PoliciesOf(state, revocation.Patient)],
        RequestAccess request => [request.Details, .. PermissionDecider.AttachmentsOf(state, request.Patient)],
        ActFor act => Reads(state, act.Body),
        RequestEmergencyAccess request => [request.Details, .. PermissionDecider.AttachmentsOf(state, request.Patient)],
        AcknowledgeAccess receipt => [receipt.Details],
        ReadTrail reading => [reading.Details],
        DeliverProof => TaskAnswering.Reads(state, Canonical.Decode<Command>(body)),
        _ => [],
    };

    public bool IsErased(LedgerState state, Digest attachment) => ErasureRules.IsErased(state, attachment);

    public PublicKey? KeyOf(LedgerState state, AccountId account) => SharedRules.KeyOf(state, account);

    public string? Apply(LedgerState state, Transaction transaction, LedgerContext context)
    {
        Command command = Canonical.Decode<Command>(transaction.Body);
        if ((AccountGate.Problem(state, transaction.Sender, command, context.Time) ?? Apply(state, transaction, command, context))
            is { } refusal)
        {
            return refusal;
        }

        TaskMembership.Review(state, context);
        return null;
    }

    private string? Apply(LedgerState state, Transaction transaction, Command command, LedgerContext context)
    {
        AccountId sender = transaction.Sender;
        return command switch
        {
            RegisterAccount register => SharedRules.Register(state, Genesis, sender, register, context),
            MarkOrder => SharedRules.Mark(state, sender),
            AnchorChain anchor => SharedRules.Anchor(state, Genesis, sender, anchor, context),
            RecordMisconduct misconduct => SharedRules.Record(state, Genesis, _judge, misconduct, context),
            AdvanceAnchor advance => SharedRules.Advance(state, advance, context),
            ProposeValidators propose => ValidatorRules.Propose(state, Genesis, transaction.Key, propose, context),
            ApproveValidators approve => ValidatorRules.Approve(state, Genesis, transaction.Key, approve, context),
            StoreRecord record => Store(state, sender, record, context),
            DealShares deals => ReshareRules.Deal(state, Genesis, transaction.Key, deals, context),
            AccuseDealers accusation => ReshareRules.Accuse(state, Genesis, transaction.Key, accusation, context),
            AnswerAccusation answer => ReshareRules.Answer(state, Genesis, transaction.Key, answer, context),
            ReportRelease report => ReleaseRules.Report(state, Genesis, report, context),
            RefreshKey refresh => ReshareRules.Refresh(state, Genesis, sender, refresh, context),
            OrderErasure order => ErasureRules.Order(state, sender, order, context),
            ConfirmErasures receipts => ErasureRules.Confirm(state, Genesis, transaction.Key, receipts, context),
            SetLegalHold hold => HoldRules.Set(state, Genesis, sender, hold, context),
            LiftLegalHold lift => HoldRules.Lift(state, sender, lift, context),
            ReportResurfacedShare report => ErasureRules.Report(state, Genesis, report, context),
            AcceptShares acceptances => ShareRules.Accept(state, Genesis, transaction.Key, acceptances, context),
            RefuteShare refutation => ShareRules.Refute(state, Genesis, transaction.Key, refutation, context),
            SetGrant grant => _grants.Set(state, sender, grant, context) ?? ConsentRules.Note(state, sender, grant.Grant, context),
            RevokeGrant revocation => GrantRules.Revoke(state, sender, revocation, context),
            ReplaceGrant replacement => _grants.Replace(state, sender, replacement, context)
                ?? ConsentRules.NoteAgain(state, replacement.Patient, replacement.Grant, context),
            DelegateGrant delegation => _delegations.Delegate(state, sender, delegation, context),
            RevokePermissions revocation => _revocations.Revoke(state, sender, revocation, context),
            RequestAccess request => Decide(state, sender, request, null, context),
            RequestEmergencyAccess emergency => Decide(state, sender, emergency.ToRequest(), emergency, context),
            ActFor act => GuardianRules.ProblemOf(state, sender, act, context.Time)
                ?? Apply(state, transaction with { Sender = act.Ward }, act.Inner, context),
            PeopleCommand people => PeopleRules.Apply(state, Genesis, transaction, people, context),
            ReadTrail reading => TrailRules.Read(state, sender, reading, context),
            AcknowledgeAccess receipt => AccessReceiptRules.Acknowledge(state, Genesis, sender, receipt, context),
            DeliverProof deliver => _answering.Deliver(state, deliver.Proof, context),
            SetCountBucket set => _answering.SetBucket(state, sender, set),
            DeployContract deploy => _contracts.Deploy(state, sender, deploy, context),
            CallContract call => _contracts.Call(state, sender, call, context),
            var other => $"An account chain has no command {other.GetType().Name}.",
        };
    }

    /// <summary>Why an account is no patient; <see langword="null"/> for one.</summary>
    public static string? PatientProblem(LedgerState state, AccountId account) =>
        state.Get<AccountEntry>(StateKey.Account(account)) is { Kind: AccountKind.Patient }
            ? null
            : $"Account {account} is no registered patient.";

    private string? Store(LedgerState state, AccountId sender, StoreRecord command, LedgerContext context)
    {
        if (PatientProblem(state, sender) is { } problem)
        {
            return problem;
        }

        StateKey key = StateKey.Record(sender, command.Record);
        if (state.Get<RecordEntry>(key) is not null)
        {
            return $"Record {command.Record} exists already.";
        }

        if (state.Tree.Scan(StateKey.RecordsOf(sender).Bytes).Count() >= MaxRecords)
        {
            return $"The patient has {MaxRecords} records, the most allowed.";
        }

        if (context.TryReadAttachment(command.Manifest, out RecordManifest? manifest) is { } unreadable)
        {
            return unreadable;
        }

        if (manifest!.Problem() is { } wrong)
        {
            return wrong;
        }

        if (manifest.Mark != RecordEntry.Mark(sender, command.Record))
        {
            return "The manifest is that of another record.";
        }

        if (RecordVersions.Problem(state, sender, command.Previous) is { } unfollowed)
        {
            return unfollowed;
        }

        if (ShareRules.Open(state, Genesis, sender, command, context) is { } undealt)
        {
            return undealt;
        }

        state.Put(key, new RecordEntry(
            command.ContentRoot,
            command.SizeBucket,
            command.Manifest,
            command.KeyHeader,
            RecordStatus.Dealt,
            Previous: command.Previous));
        context.Emit(LedgerEventKind.RecordStored, sender, command.Record);
        return null;
    }

    private string? Decide(
        LedgerState state, AccountId sender, RequestAccess command, RequestEmergencyAccess? emergency, LedgerContext context)
    {
        if (state.Get<AccountEntry>(StateKey.Account(sender)) is not { } requester)
        {
            return $"Account {sender} is not registered.";
        }

        if (PatientProblem(state, command.Patient) is { } problem)
        {
            return problem;
        }

        StateKey key = StateKey.Decision(command.Request);
        if (state.Get<DecisionEntry>(key) is not null)
        {
            return $"Request {command.Request} exists already.";
        }

        if (context.TryReadAttachment(command.Details, out AccessDetails? details) is { } unreadable)
        {
            return unreadable;
        }

        if ((details!.Problem() ?? details.By.Problem(state, sender) ?? EmergencyRules.ProblemOf(details, emergency)) is { } wrong)
        {
            return wrong;
        }

        var question = new PermissionQuestion(
            sender,
            requester.Kind,
            requester.Roles,
            details.Action,
            details.Purpose,
            details.Category,
            details.Justification,
            OpenReviews: EmergencyRules.OpenReviews(state, sender))
        {
            Record = details.Record,
            ActsForPatient = details.Action == "read"
                && GuardianRules.May(state, command.Patient, sender, GuardianScopes.Read, context.Time),
        };
        PatientDecision decision = EmergencyRules.Refusal(state, sender, emergency, context.Time)
            ?? _decider.Decide(state, context, command.Patient, question);
        foreach (GrantUse use in decision.Grants.Where(use => use.Consumes))
        {
            PermissionDecider.Consume(state, command.Patient, use.Grant);
        }

        Attachment? basis = decision.Basis?.ToAttachment(context.SaltOf(command.Details), command.Request);
        if (basis is not null)
        {
            context.Derive(basis);
        }

        state.Put(key, new DecisionEntry(
            command.Patient,
            sender,
            requester.AgreementKey,
            command.Details,
            decision.Outcome,
            decision.Grants,
            [.. decision.Records.Select(r => r.Record)],
            basis?.Commitment ?? default));
        if (emergency is not null && decision.Outcome.Releases())
        {
            EmergencyRules.Open(state, sender, emergency, context);
        }

        context.Emit(
            decision.Outcome.Releases() ? LedgerEventKind.AccessPermitted : LedgerEventKind.AccessDenied, command.Patient, command.Request);
        return null;
    }
}
