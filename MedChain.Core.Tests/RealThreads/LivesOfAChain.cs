using System.Globalization;
using MedChain.Core.Consensus;
using MedChain.Core.Primitives;
using MedChain.Core.Storage.Files;
using MedChain.Core.Storage.LiteDb;
using NUnit.Framework;

namespace MedChain.Core.Tests.RealThreads;

/// <summary>What all lives of a killed process said, and whether it fits together.</summary>
internal sealed class LivesOfAChain(string folder)
{
    private readonly Dictionary<long, string> _hashes = [];
    private readonly Dictionary<long, long> _acknowledged = [];
    private readonly long[] _acknowledgedHeight = new long[ChildProgram.Validators];
    private readonly Dictionary<(int Validator, string Place), string> _statements = [];

    public int Acknowledged => _acknowledged.Count;

    /// <summary>Takes the lines of one life. The last one may be cut by the kill, which the reader of lines cannot see; it is
    /// skipped.</summary>
    public void Add(IReadOnlyList<string> lines, bool wasKilled)
    {
        foreach (string line in wasKilled ? lines.SkipLast(1) : lines)
        {
            string[] words = line.Split(' ');
            switch (words[0])
            {
                case "started":
                    int started = int.Parse(words[1], CultureInfo.InvariantCulture);
                    Assert.That(words[3], Is.EqualTo("True"), $"Validator {started} found its log damaged.");
                    break;
                case "block":
                    AddBlock(long.Parse(words[2], CultureInfo.InvariantCulture), words[3]);
                    break;
                case "acknowledged":
                    AddAcknowledged(words);
                    break;
                default:
                    Assert.Fail($"The process said: {line}");
                    break;
            }
        }

        RequireNoContradiction();
    }

    /// <summary>Verifies the stored chains of all validators, and that each acknowledged transaction is in them once, where its client
    /// was told.</summary>
    public async Task VerifyStoresAsync()
    {
        await using var cluster = new DurableCluster(ChildProgram.Validators, folder, _ => Disk.Physical);
        for (int i = 0; i < ChildProgram.Validators; i++)
        {
            LiteDbBlockStore store = cluster.OpenStores(i);
            ChainReport report = ChainVerifier.Verify(store, DurableCluster.Chain, cluster.Validators);
            Assert.That(report.Problem, Is.Null, $"validator {i}");
            Assert.That(report.Verified.Value, Is.GreaterThanOrEqualTo(_acknowledgedHeight[i]), $"validator {i}");
            Dictionary<long, long> heights = [];
            for (long height = 1; height <= report.Verified.Value; height++)
            {
                DecodedBlock block = BlockReader.Read(store.TryRead(new BlockHeight(height))!);
                AddBlock(height, block.Header.Hash.ToString());
                foreach (ReadOnlyMemory<byte> transaction in block.Transactions)
                {
                    Assert.That(heights.TryAdd(Load.NumberOf(transaction), height), Is.True, "A transaction was executed twice.");
                }
            }

            foreach ((long number, long height) in _acknowledged.Where(a => a.Value <= report.Verified.Value))
            {
                Assert.That(heights.GetValueOrDefault(number), Is.EqualTo(height), $"transaction {number} on validator {i}");
            }
        }
    }

    private void AddBlock(long height, string hash)
    {
        if (!_hashes.TryAdd(height, hash))
        {
            Assert.That(hash, Is.EqualTo(_hashes[height]), $"Two different blocks at height {height}.");
        }
    }

    private void AddAcknowledged(string[] words)
    {
        int validator = int.Parse(words[1], CultureInfo.InvariantCulture);
        long height = long.Parse(words[2], CultureInfo.InvariantCulture);
        _acknowledgedHeight[validator] = Math.Max(_acknowledgedHeight[validator], height);
        foreach (string number in words.Skip(3))
        {
            _acknowledged.Add(long.Parse(number, CultureInfo.InvariantCulture), height);
        }
    }

    private void RequireNoContradiction()
    {
        for (int i = 0; i < ChildProgram.Validators; i++)
        {
            foreach ((string place, string statement) in VoteRecorder.Read(Path.Combine(folder, $"votes-{i}.txt")))
            {
                if (!_statements.TryAdd((i, place), statement))
                {
                    Assert.That(statement, Is.EqualTo(_statements[(i, place)]), $"Validator {i} contradicts itself at {place}.");
                }
            }

            File.Delete(Path.Combine(folder, $"votes-{i}.txt"));
        }
    }
}
