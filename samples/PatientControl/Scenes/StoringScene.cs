using MedChain.Core.Clients;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;
using MedChain.Samples.PatientControl.Output;

namespace MedChain.Samples.PatientControl.Scenes;

internal sealed class StoringScene : Scene
{
    public override string Name => "storing";

    public override string Title => "Ada stores records: encrypted on her side, the key shared among the validators";

    protected override async Task PlayAsync(Stage stage, SceneLog log)
    {
        Patient ada = await stage.PatientAsync("ada");
        byte[] image = Generated.Image(200_000);
        Digest laboratory = await ada.StoreAsync(Generated.Laboratory(24.5m), "laboratory", cancellationToken: stage.Cancellation);
        Digest imaging = await ada.StoreAsync(image, "imaging", cancellationToken: stage.Cancellation);
        log.Say("She stores a laboratory record and an image. The chain has random names, commitments and a size bucket.");
        log.Expect("her records that can be asked for", 2, ada.Records.Count);
        log.Expect("the laboratory record", RecordStatus.Live, ada.StatusOf(laboratory));
        IReadOnlyList<Digest> chunks = await ada.ChunksAsync(imaging, stage.Cancellation);
        log.Expect("the image's ciphertext is in chunks", chunks.Count > 1);
        AccessResult own = await ada.ReadAsync("imaging", stage.Cancellation);
        log.Expect("her own reading is a decision like any other", DecisionOutcome.OwnRecord, own.Outcome);
        log.Expect("she gets back what she stored", own.Records is [{ Content: { } content }] && content.AsSpan().SequenceEqual(image));
    }
}
