using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.People;

namespace MedChain.Core.Ledger;

/// <summary>What a transaction orders. One family for both kinds of chain; each ledger refuses the commands of the other.</summary>
internal abstract record Command : ICanonical<Command>
{
    private protected Command()
    {
    }

    private protected delegate Command FieldsReader(ref CanonicalReader reader);

    private protected abstract CommandKind Kind { get; }

    /// <summary>Gets whether it only takes away what others may do: whoever is suspended keeps the right to it.</summary>
    internal virtual bool Narrows => false;

    /// <summary>Gets what a guardian must be allowed to send it for her ward; none when she cannot.</summary>
    internal virtual GuardianScopes NeededScope => GuardianScopes.None;

    private protected abstract void WriteFields(ref CanonicalWriter writer);

    void ICanonical<Command>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write((long)Kind);
        WriteFields(ref writer);
    }

    static Command ICanonical<Command>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        var kind = (CommandKind)reader.ReadInt32(0, byte.MaxValue);
        return kind switch
        {
            CommandKind.RegisterAccount => RegisterAccount.ReadFields(ref reader),
            CommandKind.AnchorChain => AnchorChain.ReadFields(ref reader),
            CommandKind.DeliverProof => DeliverProof.ReadFields(ref reader),
            CommandKind.MarkOrder => MarkOrder.ReadFields(ref reader),
            CommandKind.RecordMisconduct => RecordMisconduct.ReadFields(ref reader),
            CommandKind.AdvanceAnchor => AdvanceAnchor.ReadFields(ref reader),
            CommandKind.ProposeValidators => ProposeValidators.ReadFields(ref reader),
            CommandKind.ApproveValidators => ApproveValidators.ReadFields(ref reader),
            CommandKind.StoreRecord => Accounts.StoreRecord.ReadFields(ref reader),
            CommandKind.SetGrant => Accounts.SetGrant.ReadFields(ref reader),
            CommandKind.RevokeGrant => Accounts.RevokeGrant.ReadFields(ref reader),
            CommandKind.RequestAccess => Accounts.RequestAccess.ReadFields(ref reader),
            CommandKind.ReplaceGrant => Accounts.Grants.ReplaceGrant.ReadFields(ref reader),
            CommandKind.DelegateGrant => Accounts.Grants.DelegateGrant.ReadFields(ref reader),
            CommandKind.RevokePermissions => Accounts.Grants.RevokePermissions.ReadFields(ref reader),
            CommandKind.AcceptShares => Accounts.Shares.AcceptShares.ReadFields(ref reader),
            CommandKind.RefuteShare => Accounts.Shares.RefuteShare.ReadFields(ref reader),
            CommandKind.OrderErasure => Accounts.Erasure.OrderErasure.ReadFields(ref reader),
            CommandKind.ConfirmErasures => Accounts.Erasure.ConfirmErasures.ReadFields(ref reader),
            CommandKind.SetLegalHold => Accounts.Erasure.SetLegalHold.ReadFields(ref reader),
            CommandKind.LiftLegalHold => Accounts.Erasure.LiftLegalHold.ReadFields(ref reader),
            CommandKind.DealShares => Accounts.Resharing.DealShares.ReadFields(ref reader),
            CommandKind.AccuseDealers => Accounts.Resharing.AccuseDealers.ReadFields(ref reader),
            CommandKind.AnswerAccusation => Accounts.Resharing.AnswerAccusation.ReadFields(ref reader),
            CommandKind.ReportRelease => Accounts.Shares.ReportRelease.ReadFields(ref reader),
            CommandKind.RefreshKey => Accounts.Resharing.RefreshKey.ReadFields(ref reader),
            CommandKind.ReportResurfacedShare => Accounts.Erasure.ReportResurfacedShare.ReadFields(ref reader),
            CommandKind.ProposeTask => Tasks.ProposeTask.ReadFields(ref reader),
            CommandKind.JoinTask => Tasks.JoinTask.ReadFields(ref reader),
            CommandKind.SubmitResult => Tasks.SubmitResult.ReadFields(ref reader),
            CommandKind.ConfirmErasure => Tasks.ConfirmErasure.ReadFields(ref reader),
            CommandKind.AbandonTask => Tasks.AbandonTask.ReadFields(ref reader),
            CommandKind.ExpireTask => Tasks.ExpireTask.ReadFields(ref reader),
            CommandKind.ReleaseResult => Tasks.ReleaseResult.ReadFields(ref reader),
            CommandKind.SetReviewers => Tasks.SetReviewers.ReadFields(ref reader),
            CommandKind.ReviewTask => Tasks.ReviewTask.ReadFields(ref reader),
            CommandKind.SetCountBucket => Accounts.SetCountBucket.ReadFields(ref reader),
            CommandKind.DeployContract => Ledger.Contracts.DeployContract.ReadFields(ref reader),
            CommandKind.CallContract => Ledger.Contracts.CallContract.ReadFields(ref reader),
            (>= CommandKind.RequestEmergencyAccess and <= CommandKind.SetDirective)
                or (>= CommandKind.SetRecovery and <= CommandKind.AttestDeath) => Accounts.People.PeopleCommand.Read(kind, ref reader),
            CommandKind.ReadTrail => Accounts.Audit.ReadTrail.ReadFields(ref reader),
            CommandKind.AcknowledgeAccess => Accounts.Audit.AcknowledgeAccess.ReadFields(ref reader),
            _ => throw new MalformedDataException($"There is no command of kind {(int)kind}."),
        };
    }
}

/// <summary>Wire number of each command.</summary>
internal enum CommandKind
{
    RegisterAccount = 0,
    AnchorChain = 1,
    DeliverProof = 2,
    MarkOrder = 3,
    RecordMisconduct = 4,
    AdvanceAnchor = 5,
    ProposeValidators = 6,
    ApproveValidators = 7,
    StoreRecord = 10,
    SetGrant = 11,
    RevokeGrant = 12,
    RequestAccess = 13,
    AcceptShares = 20,
    RefuteShare = 21,
    OrderErasure = 22,
    ConfirmErasures = 23,
    SetLegalHold = 24,
    LiftLegalHold = 25,
    ReportResurfacedShare = 26,
    DealShares = 27,
    AccuseDealers = 28,
    AnswerAccusation = 29,
    RefreshKey = 40,
    ReportRelease = 41,
    ProposeTask = 30,
    JoinTask = 31,
    SubmitResult = 32,
    ConfirmErasure = 33,
    AbandonTask = 34,
    ExpireTask = 35,
    ReleaseResult = 36,
    SetReviewers = 37,
    ReviewTask = 38,
    SetCountBucket = 39,
    DeployContract = 50,
    CallContract = 51,
    RequestEmergencyAccess = 60,
    ReviewEmergency = 61,
    SuspendAccount = 62,
    ReinstateAccount = 63,
    AppointGuardian = 64,
    EndGuardianship = 65,
    ActFor = 66,
    RequireConsent = 67,
    GiveConsent = 68,
    SetDirective = 69,
    ReplaceGrant = 75,
    DelegateGrant = 76,
    RevokePermissions = 77,
    AcknowledgeAccess = 85,
    ReadTrail = 86,
    SetRecovery = 90,
    SupportRecovery = 91,
    VetoRecovery = 92,
    FinishRecovery = 93,
    SetMajority = 94,
    AttestDeath = 95,
}
