using CsCheck;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Tests.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contract;

/// <summary>What every consensus log does.</summary>
public abstract class ConsensusLogContract
{
    private IConsensusLog _log = null!;

    protected abstract IConsensusLog Open();

    /// <summary>Gives a function that opens, each time it is called, the same log, which shares nothing with the others.</summary>
    protected abstract Func<IConsensusLog> Fresh();

    [SetUp]
    public void OpenLog() => _log = Open();

    [TearDown]
    public async Task CloseLog() => await _log.DisposeAsync();

    [Test]
    public void New_stream_is_empty_and_whole()
    {
        LogContents contents = _log.Open("a");
        Assert.That(contents.Records, Is.Empty);
        Assert.That(contents.Damage, Is.Null);
    }

    [Test]
    public async Task Records_come_back_in_order_and_by_stream()
    {
        _log.Open("a");
        _log.Open("b");
        LogRecord[] first = [Sample.Record(1, 1), Sample.Record(1, 2, 0), Sample.Record(3, 3, 100_000, kind: 255)];
        await _log.AppendAsync("a", first);
        await _log.AppendAsync("b", [Sample.Record(9, 4)]);
        await _log.AppendAsync("a", [Sample.Record(2, 5)]);
        await Reopen();
        Assert.That(Sample.Describe(_log.Open("a").Records), Is.EqualTo(Sample.Describe([.. first, Sample.Record(2, 5)])));
        Assert.That(Sample.Describe(_log.Open("b").Records), Is.EqualTo(Sample.Describe([Sample.Record(9, 4)])));
        Assert.That(_log.Open("c").Records, Is.Empty);
    }

    [Test]
    public void Stream_opens_once()
    {
        _log.Open("a");
        Assert.That(() => _log.Open("a"), Throws.InvalidOperationException);
    }

    [Test]
    public void Stream_that_is_not_open_takes_nothing()
    {
        Assert.That(async () => await _log.AppendAsync("a", []), Throws.InvalidOperationException);
        Assert.That(() => _log.Trim("a", new SlotNumber(1)), Throws.InvalidOperationException);
    }

    [Test]
    public void Stream_names_have_1_to_128_characters()
    {
        Assert.That(() => _log.Open(""), Throws.ArgumentException);
        Assert.That(() => _log.Open(new string('x', 129)), Throws.ArgumentException);
        Assert.That(_log.Open(new string('é', 128)).Damage, Is.Null);
    }

    [Test]
    public void Payload_over_the_limit_is_refused()
    {
        _log.Open("a");
        var record = new LogRecord(new SlotNumber(1), 1, new byte[LogRecord.MaxPayload + 1]);
        Assert.That(async () => await _log.AppendAsync("a", [record]), Throws.ArgumentException);
    }

    [Test]
    public async Task Buffers_may_change_after_an_append()
    {
        _log.Open("a");
        byte[] buffer = Sample.Bytes(1, 50);
        await _log.AppendAsync("a", [new LogRecord(LogRecord.Pinned, 1, buffer)]);
        buffer.AsSpan().Clear();
        await Reopen();
        Assert.That(_log.Open("a").Records[0].Payload.ToArray(), Is.EqualTo(Sample.Bytes(1, 50)));
    }

    [Test]
    public async Task Concurrent_appends_all_arrive_in_the_order_of_each_writer()
    {
        const int Writers = 20;
        const int Appends = 30;
        for (int i = 0; i < Writers; i++)
        {
            _log.Open("w" + i);
        }

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (int i = 0; i < Appends; i++)
            {
                await _log.AppendAsync("w" + writer, [Sample.Record(i, (writer * Appends) + i)]);
            }
        })));
        await Reopen();
        for (int writer = 0; writer < Writers; writer++)
        {
            string[] expected = Sample.Describe(Enumerable.Range(0, Appends).Select(i => Sample.Record(i, (writer * Appends) + i)));
            Assert.That(Sample.Describe(_log.Open("w" + writer).Records), Is.EqualTo(expected));
        }
    }

    /// <summary>The model: every record above the trimmed slot and the newest pinned one of each kind must be there, in order; trimmed ones
    /// may be.</summary>
    [Test]
    public void Trimming_drops_nothing_that_is_needed() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 9], Gen.Int[0, 3], Gen.Int[0, 3000]).Array[1, 60].Sample(
            steps =>
            {
                Func<IConsensusLog> open = Fresh();
                var model = new ConsensusLogModel();
                IConsensusLog log = open();
                model.OpenAll(log);
                for (int i = 0; i < steps.Length; i++)
                {
                    (int stream, int action, int offset, int length) = steps[i];
                    if (action == 0)
                    {
                        log.DisposeAsync().AsTask().GetAwaiter().GetResult();
                        log = open();
                        model.OpenAll(log);
                    }
                    else
                    {
                        model.Do(log, stream, action, offset, length, seed: i);
                    }
                }

                log.DisposeAsync().AsTask().GetAwaiter().GetResult();
                log = open();
                model.OpenAll(log);
                log.DisposeAsync().AsTask().GetAwaiter().GetResult();
            },
            iter: 60,
            threads: 1);

    private async Task Reopen()
    {
        await _log.DisposeAsync();
        _log = Open();
    }
}
