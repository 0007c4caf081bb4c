using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>A command about people: who may act, for whom, and what becomes of it.</summary>
internal abstract record PeopleCommand : Command
{
    /// <summary>What is wrong with it whatever the state; <see langword="null"/> for nothing.</summary>
    public virtual string? Problem() => null;

    /// <summary>Attachments that it brings.</summary>
    public virtual IEnumerable<Digest> Brings() => [];

    internal static PeopleCommand Read(CommandKind kind, ref CanonicalReader reader) => kind switch
    {
        CommandKind.RequestEmergencyAccess => RequestEmergencyAccess.ReadFields(ref reader),
        CommandKind.ReviewEmergency => ReviewEmergency.ReadFields(ref reader),
        CommandKind.SuspendAccount => SuspendAccount.ReadFields(ref reader),
        CommandKind.ReinstateAccount => ReinstateAccount.ReadFields(ref reader),
        CommandKind.AppointGuardian => AppointGuardian.ReadFields(ref reader),
        CommandKind.EndGuardianship => EndGuardianship.ReadFields(ref reader),
        CommandKind.ActFor => ActFor.ReadFields(ref reader),
        CommandKind.RequireConsent => RequireConsent.ReadFields(ref reader),
        CommandKind.GiveConsent => GiveConsent.ReadFields(ref reader),
        CommandKind.SetDirective => SetDirective.ReadFields(ref reader),
        CommandKind.SetRecovery => SetRecovery.ReadFields(ref reader),
        CommandKind.SupportRecovery => SupportRecovery.ReadFields(ref reader),
        CommandKind.VetoRecovery => VetoRecovery.ReadFields(ref reader),
        CommandKind.FinishRecovery => FinishRecovery.ReadFields(ref reader),
        CommandKind.SetMajority => SetMajority.ReadFields(ref reader),
        CommandKind.AttestDeath => AttestDeath.ReadFields(ref reader),
        _ => throw new MalformedDataException($"There is no command of kind {(int)kind}."),
    };
}
