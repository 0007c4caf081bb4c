using MedChain.Core.Clients;
using MedChain.Samples.PatientControl.Output;

namespace MedChain.Samples.PatientControl.Scenes;

internal sealed class RecoveryScene : Scene
{
    public override string Name => "recovery";

    public override string Title => "Nora's key is lost: two of those she named bring a new one, and the old one could veto";

    protected override async Task PlayAsync(Stage stage, SceneLog log)
    {
        Patient nora = await stage.PatientAsync("nora");
        Guardian sister = stage.Keep(await stage.Clinic.RegisterGuardianAsync("sister", stage.Cancellation));
        Guardian friend = stage.Keep(await stage.Clinic.RegisterGuardianAsync("friend", stage.Cancellation));
        byte[] stored = Generated.Laboratory(21m);
        await nora.StoreAsync(stored, "laboratory", cancellationToken: stage.Cancellation);
        await nora.Safeguards.SetRecoveryAsync(2, [sister.Id, friend.Id], TimeSpan.FromSeconds(1), stage.Cancellation);
        KeyRecovery recovery = stage.Keep(stage.Clinic.RecoverPatient(nora.Id, "nora again"));
        await SupportAsync();
        await nora.Safeguards.VetoRecoveryAsync(stage.Cancellation);
        string vetoed = await RefusalOfAsync(() => recovery.FinishAsync(stage.Cancellation));
        log.Say("They support new keys; she vetoes with the old one.");
        log.Expect("the new keys take over", false, vetoed == "not refused");

        await SupportAsync();
        log.Say("Then the old key is truly lost. They support the new ones again, and the delay passes.");
        Patient again = stage.Keep(await FinishAsync(recovery, stage.Cancellation));
        log.Expect("it is the same account", nora.Id, again.Id);
        AccessResult read = await again.ReadAsync("laboratory", stage.Cancellation);
        log.Expect("its record opens with the new keys", read.Records is [{ Content: { } got }] && got.AsSpan().SequenceEqual(stored));
        string old = await RefusalOfAsync(() => nora.ReadAsync("laboratory", stage.Cancellation));
        log.Expect("the old key does nothing any more", old != "not refused");

        async Task SupportAsync()
        {
            await sister.SupportRecoveryAsync(nora.Id, recovery.Key, recovery.AgreementKey, stage.Cancellation);
            await friend.SupportRecoveryAsync(nora.Id, recovery.Key, recovery.AgreementKey, stage.Cancellation);
        }
    }

    /// <summary>The delay is by block time, which goes on with blocks; each attempt makes one.</summary>
    private static async Task<Patient> FinishAsync(KeyRecovery recovery, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await recovery.FinishAsync(cancellation);
            }
            catch (RefusedException e) when (e.Message.Contains("can veto", StringComparison.Ordinal))
            {
                await Task.Delay(50, cancellation);
            }
        }
    }
}
