namespace MedChain.Core.Storage.LiteDb;

/// <summary>Bounds of what one database keeps outside its data file.</summary>
/// <param name="MaxPending">Bytes accepted but not yet written, above which callers wait.</param>
/// <param name="MaxLog">Bytes of LiteDB's log, above which it is checkpointed.</param>
/// <param name="MaxWriteSets">Bytes of write sets, above which a snapshot of the state is made, if that is smaller than they are.</param>
internal sealed record LiteDbLimits(long MaxPending, long MaxLog, long MaxWriteSets)
{
    public static readonly LiteDbLimits Default = new(MaxPending: 64 << 20, MaxLog: 64 << 20, MaxWriteSets: 64 << 20);
}
