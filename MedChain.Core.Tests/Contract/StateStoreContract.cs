using CsCheck;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contract;

/// <summary>What every state store does.</summary>
public abstract class StateStoreContract
{
    private IStateStore _store = null!;

    protected abstract IStateStore Open();

    /// <summary>Opens a store that shares nothing with the others.</summary>
    protected abstract IStateStore OpenFresh();

    [SetUp]
    public void OpenStore() => _store = Open();

    [TearDown]
    public async Task CloseStore() => await _store.DisposeAsync();

    [Test]
    public void New_store_holds_the_empty_state()
    {
        StateImage image = _store.Load();
        Assert.That(image.Height.Value, Is.Zero);
        Assert.That(image.Root.IsZero, Is.True);
        Assert.That(image.Entries, Is.Empty);
    }

    [Test]
    public void Writes_of_a_block_are_loaded_with_its_height_and_root()
    {
        _store.Apply(new BlockHeight(1), Digest.Of([1]), [Change("a", "1"), Change("b", "2")]);
        _store.Apply(new BlockHeight(2), Digest.Of([2]), [Change("a", null), Change("c", "")]);
        StateImage image = _store.Load();
        Assert.That(image.Height.Value, Is.EqualTo(2));
        Assert.That(image.Root, Is.EqualTo(Digest.Of([2])));
        Assert.That(Texts(image), Is.EquivalentTo(new Dictionary<string, string> { ["b"] = "2", ["c"] = "" }));
    }

    [Test]
    public async Task State_survives_reopening()
    {
        for (int height = 1; height <= 30; height++)
        {
            _store.Apply(new BlockHeight(height), Digest.Of([(byte)height]), [Change("k" + (height % 7), height.ToString())]);
        }

        await _store.FlushAsync(CancellationToken.None);
        await _store.DisposeAsync();
        _store = Open();
        StateImage image = _store.Load();
        Assert.That(image.Height.Value, Is.EqualTo(30));
        Assert.That(image.Entries, Has.Count.EqualTo(7));
        Assert.That(Texts(image)["k2"], Is.EqualTo("30"));
        _store.Apply(new BlockHeight(31), default, []);
    }

    [TestCase(3)]
    [TestCase(90)]
    public async Task Replaced_state_is_all_there_is(long height)
    {
        for (int i = 1; i <= 30; i++)
        {
            _store.Apply(new BlockHeight(i), default, [Change("k" + (i % 7), new string('v', 100))]);
        }

        var image = new StateImage(
            new BlockHeight(height), Digest.Of([1]), [.. Enumerable.Range(0, 50).Select(i => Entry("n" + i, "w" + i)), Entry("k1", "x")]);
        await _store.ReplaceAsync(image, CancellationToken.None);
        await _store.DisposeAsync();
        _store = Open();
        Assert.That(_store.Load().Height.Value, Is.EqualTo(height));
        Assert.That(_store.Load().Root, Is.EqualTo(image.Root));
        Assert.That(Texts(_store.Load()), Is.EquivalentTo(Texts(image)));
        _store.Apply(new BlockHeight(height + 1), default, [Change("n0", null)]);
        Assert.That(Texts(_store.Load()), Has.Count.EqualTo(50));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(3)]
    public void Height_that_does_not_follow_is_refused(long height)
    {
        _store.Apply(new BlockHeight(1), default, []);
        Assert.That(() => _store.Apply(new BlockHeight(height), default, []), Throws.ArgumentException);
        Assert.That(_store.Load().Height.Value, Is.EqualTo(1));
    }

    [Test]
    public void State_equals_a_dictionary_after_any_writes() =>
        Gen.Select(Gen.Int[0, 12], Gen.Int[-40, 400]).Array[0, 8].Array[1, 25].Sample(
            blocks =>
            {
                IStateStore store = OpenFresh();
                var model = new Dictionary<string, string>();
                for (int i = 0; i < blocks.Length; i++)
                {
                    StateChange[] changes =
                        [.. blocks[i].DistinctBy(write => write.Item1).Select(write => Change("key" + write.Item1, Value(write.Item2)))];
                    foreach ((int key, int length) in blocks[i].DistinctBy(write => write.Item1))
                    {
                        if (Value(length) is { } value)
                        {
                            model["key" + key] = value;
                        }
                        else
                        {
                            model.Remove("key" + key);
                        }
                    }

                    store.Apply(new BlockHeight(i + 1), default, changes);
                    if (i % 5 == 4)
                    {
                        store.Load();
                    }
                }

                Dictionary<string, string> loaded = Texts(store.Load());
                store.DisposeAsync().AsTask().GetAwaiter().GetResult();
                return loaded.Count == model.Count && model.All(entry => loaded.GetValueOrDefault(entry.Key) == entry.Value);
            },
            iter: 30,
            threads: 1);

    private static string? Value(int length) => length < 0 ? null : new string((char)('a' + (length % 26)), length);

    private static StateChange Change(string key, string? value) =>
        new(Utf8(key), value is null ? (ReadOnlyMemory<byte>?)null : Utf8(value));

    private static KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> Entry(string key, string value) => new(Utf8(key), Utf8(value));

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static Dictionary<string, string> Texts(StateImage image) => image.Entries.ToDictionary(
        entry => System.Text.Encoding.UTF8.GetString(entry.Key.Span),
        entry => System.Text.Encoding.UTF8.GetString(entry.Value.Span));
}
