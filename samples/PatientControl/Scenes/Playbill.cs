namespace MedChain.Samples.PatientControl.Scenes;

/// <summary>All scenes in their order.</summary>
internal static class Playbill
{
    public static IReadOnlyList<Scene> All { get; } =
    [
        new StoringScene(),
        new DefaultPolicyScene(),
        new AccessScene(),
        new LabelScene(),
        new RecordScene(),
        new RevocationScene(),
        new DelegationScene(),
        new EmergencyScene(),
        new GuardianScene(),
        new RecoveryScene(),
        new DeathScene(),
        new TaskScene(),
        new ErasureScene(),
        new AuditScene(),
    ];

    public static Scene? Find(string name) => All.FirstOrDefault(s => s.Name == name);
}
