using MedChain.Core.Clients;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Primitives;
using MedChain.Samples.PatientControl.Output;

namespace MedChain.Samples.PatientControl.Scenes;

internal sealed class RecordScene : Scene
{
    private const int ImageSize = 4 * 1024 * 1024;

    public override string Name => "records";

    public override string Title => "Lou corrects a record, and reads a slice of a study without the rest";

    protected override async Task PlayAsync(Stage stage, SceneLog log)
    {
        Patient lou = await stage.PatientAsync("lou");
        Digest first = await lou.StoreAsync(Generated.Laboratory(33m), "laboratory", cancellationToken: stage.Cancellation);
        Digest second = await lou.StoreRecordAsync(
            Generated.Laboratory(23m), new RecordDescription("laboratory"), first, cancellationToken: stage.Cancellation);
        IReadOnlyList<RecordVersion> versions = lou.VersionsOf(second);
        log.Say("A laboratory value was wrong; a new version takes the place of the old one, which stays to be asked for by name.");
        log.Expect("versions", 2, versions.Count);
        log.Expect("the first", RecordStatus.Superseded, versions[0].Status);
        log.Expect("the second", RecordStatus.Live, versions[1].Status);

        byte[] study = Generated.Image(ImageSize);
        using var stream = new MemoryStream(study);
        Digest image = await lou.StoreStreamAsync(
            stream, new RecordDescription("imaging") { Labels = ["R"] }, cancellationToken: stage.Cancellation);
        OpeningResult opened = await lou.OpenAsync(image, stage.Cancellation);
        using OpenedRecord? record = opened.Record;
        log.Say($"A study of {ImageSize} bytes is stored from a stream. She opens it and reads 1,000 bytes in its middle.");
        log.Expect("its length", (long)ImageSize, record?.Length ?? 0);
        byte[] slice = record is null ? [] : await record.ReadRangeAsync(ImageSize / 2, 1_000, stage.Cancellation);
        log.Expect("the slice is what was stored there", slice.AsSpan().SequenceEqual(study.AsSpan(ImageSize / 2, 1_000)));
    }
}
