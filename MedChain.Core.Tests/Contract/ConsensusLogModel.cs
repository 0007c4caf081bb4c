using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Tests.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contract;

/// <summary>A log as lists: what must be in three streams after any appends and trims.</summary>
internal sealed class ConsensusLogModel
{
    private readonly List<LogRecord>[] _appended = [[], [], []];
    private readonly long[] _trimmed = [-1, -1, -1];
    private readonly long[] _slot = [1, 1, 1];

    public void OpenAll(IConsensusLog log)
    {
        for (int stream = 0; stream < _appended.Length; stream++)
        {
            LogContents contents = log.Open("s" + stream);
            Assert.That(contents.Damage, Is.Null);
            string[] found = Sample.Describe(contents.Records);
            string[] needed = Sample.Describe(_appended[stream].Where((record, i) => IsNeeded(stream, record, i)));
            string[] known = Sample.Describe(_appended[stream]);
            Assert.That(found.Where(needed.Contains), Is.EqualTo(needed), "what is needed, in order");
            Assert.That(known, Is.SupersetOf(found));
            Assert.That(contents.Records.Where(record => record.Slot == LogRecord.Pinned).Select(record => record.Kind), Is.Unique);
        }
    }

    public void Do(IConsensusLog log, int stream, int action, int offset, int length, int seed)
    {
        if (action <= 2)
        {
            _trimmed[stream] = Math.Max(_trimmed[stream], _slot[stream] - offset);
            log.Trim("s" + stream, new SlotNumber(_slot[stream] - offset));
            return;
        }

        LogRecord record = action == 3
            ? new LogRecord(LogRecord.Pinned, (byte)offset, Sample.Bytes(seed, length))
            : Sample.Record(_slot[stream] += offset, seed, length);
        log.AppendAsync("s" + stream, [record]).AsTask().GetAwaiter().GetResult();
        _appended[stream].Add(record);
    }

    private bool IsNeeded(int stream, LogRecord record, int index) => record.Slot == LogRecord.Pinned
        ? !_appended[stream].Skip(index + 1).Any(later => later.Slot == LogRecord.Pinned && later.Kind == record.Kind)
        : record.Slot.Value > _trimmed[stream];
}
