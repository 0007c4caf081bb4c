using CsCheck;
using MedChain.Core.Contracts;
using MedChain.Core.Tests.Contracts.Cedar;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts;

/// <summary>Entities, what they are in, and their JSON form.</summary>
[TestFixture]
public sealed class EntityStoreTests
{
    private static EntityUid Node(int number) => new("N", $"{number}");

    [Test]
    public void Membership_is_the_transitive_closure_or_cycles_are_refused() =>
        Gen.Select(Gen.Int[0, 7], Gen.Int[0, 7]).Array[0, 12].Sample(edges =>
        {
            var builder = new EntityStoreBuilder();
            for (int i = 0; i < 8; i++)
            {
                builder.Add(Node(i), parents: edges.Where(edge => edge.Item1 == i).Select(edge => Node(edge.Item2)));
            }

            bool[] reaches = Closure(edges);
            bool hasCycle = Enumerable.Range(0, 8).Any(i => reaches[(8 * i) + i]);
            if (!builder.TryBuild(out EntityStore? store, out string? reason))
            {
                return hasCycle && reason.Contains("cycle", StringComparison.Ordinal);
            }

            return !hasCycle && Enumerable.Range(0, 64).All(k => store.IsIn(Node(k / 8), Node(k % 8)) == (k / 8 == k % 8 || reaches[k]));
        });

    [Test]
    public void Parents_need_not_be_in_the_store()
    {
        EntityStore store = new EntityStoreBuilder().Add(Node(1), parents: [Node(2)]).Build();
        Assert.That(store.IsIn(Node(1), Node(2)), Is.True);
        Assert.That(store.Count, Is.EqualTo(1));
    }

    [Test]
    public void Entity_given_twice_is_refused()
    {
        Assert.That(new EntityStoreBuilder().Add(Node(1)).Add(Node(1)).TryBuild(out _, out string? reason), Is.False);
        Assert.That(reason, Does.Contain("twice"));
    }

    [Test]
    public void Memberships_are_limited()
    {
        var builder = new EntityStoreBuilder();
        for (int i = 0; i < 2000; i++)
        {
            builder.Add(Node(i), parents: [Node(i + 1)]);
        }

        Assert.That(builder.TryBuild(out _, out string? reason), Is.False);
        Assert.That(reason, Does.Contain("memberships"));
    }

    [Test]
    public void Values_nested_too_deep_are_refused()
    {
        CedarValue value = new LongValue(1);
        for (int i = 0; i < CedarValue.MaxDepth; i++)
        {
            value = new SetValue([value]);
        }

        var record = new RecordValue([new("a", value)]);
        Assert.That(new EntityStoreBuilder().Add(Node(1), record).TryBuild(out _, out string? reason), Is.False);
        Assert.That(reason, Does.Contain("deeper than 64"));
        Assert.That(() => new AuthorizationRequest(Node(1), Node(2), Node(3), record), Throws.ArgumentException);
    }

    [Test]
    public void Json_has_escapes_for_entities_and_extension_values()
    {
        EntityStore store = Read("""
            [{"uid": {"__entity": {"type": "N", "id": "1"}}, "parents": [{"type": "N", "id": "2"}], "tags": {"t": [1, true]},
              "attrs": {"who": {"__entity": {"type": "N", "id": "2"}}, "ip": {"__extn": {"fn": "ip", "arg": "10.0.0.1"}},
                        "when": {"__extn": {"fn": "offset", "args": [{"__extn": {"fn": "datetime", "arg": "2024-01-01"}},
                                                                     {"__extn": {"fn": "duration", "arg": "1d"}}]}},
                        "plain": {"type": "N", "id": "2"}}}]
            """);
        RecordValue attributes = store.Find(Node(1))!.Attributes;
        Assert.That(attributes["who"], Is.EqualTo(new EntityValue(Node(2))));
        Assert.That(attributes["ip"]!.ToString(), Is.EqualTo("ip(\"10.0.0.1/32\")"));
        Assert.That(attributes["when"]!.ToString(), Is.EqualTo("datetime(\"2024-01-02T00:00:00.000Z\")"));
        Assert.That(attributes["plain"], Is.TypeOf<RecordValue>());
        Assert.That(store.Find(Node(1))!.Tags["t"]!.ToString(), Is.EqualTo("[true, 1]"));
        Assert.That(store.IsIn(Node(1), Node(2)), Is.True);
    }

    [TestCase("{}", "array")]
    [TestCase("[{}]", "\"uid\"")]
    [TestCase("[{\"uid\": {\"type\": \"N\"}, \"attrs\": {}, \"parents\": []}]", "\"type\" and \"id\"")]
    [TestCase("[{\"uid\": {\"type\": \"1\", \"id\": \"\"}, \"attrs\": {}, \"parents\": []}]", "no entity type")]
    [TestCase("[{\"uid\": {\"type\": \"N\", \"id\": \"\"}, \"attrs\": {\"a\": null}, \"parents\": []}]", "no null")]
    [TestCase("[{\"uid\": {\"type\": \"N\", \"id\": \"\"}, \"attrs\": {\"a\": 1.5}, \"parents\": []}]", "integers")]
    [TestCase("[{\"uid\": {\"type\": \"N\", \"id\": \"\"}, \"attrs\": {\"a\": 9223372036854775808}, \"parents\": []}]", "64 bits")]
    [TestCase("[{\"uid\": {\"type\": \"N\", \"id\": \"\"}, \"attrs\": {\"a\": 1, \"a\": 1}, \"parents\": []}]", "uplicate")]
    [TestCase(
        """[{"uid": {"type": "N", "id": ""}, "attrs": {"a": {"__extn": {"fn": "ip", "arg": "x"}}}, "parents": []}]""",
        "no ip")]
    [TestCase(
        """[{"uid": {"type": "N", "id": ""}, "attrs": {"a": {"__extn": {"fn": "f", "arg": "x"}}}, "parents": []}]""",
        "no function")]
    [TestCase("[{\"uid\": {\"type\": \"N\", \"id\": \"\"}, \"attrs\": {\"a\": {\"__expr\": \"1\"}}, \"parents\": []}]", "__expr")]
    [TestCase("[{\"uid\": {\"type\": \"N\", \"id\": \"\\ud800\"}, \"attrs\": {}, \"parents\": []}]", "surrogate")]
    [TestCase("[{\"uid\": {\"type\": \"N\", \"id\": \"\"}, \"attrs\": {}, \"parents\": [{\"type\": \"N\", \"id\": \"\"}]}]", "cycle")]
    [TestCase("[", "cannot be read")]
    public void Json_that_is_wrong_is_refused_with_the_reason(string json, string reason)
    {
        Assert.That(EntityStore.TryReadJson(Text.Utf8(json), out _, out string? found), Is.False);
        Assert.That(found, Does.Contain(reason));
    }

    private static EntityStore Read(string json)
    {
        Assert.That(EntityStore.TryReadJson(Text.Utf8(json), out EntityStore? store, out string? reason), Is.True, reason);
        return store!;
    }

    private static bool[] Closure((int, int)[] edges)
    {
        bool[] reaches = new bool[64];
        foreach ((int from, int to) in edges)
        {
            reaches[(8 * from) + to] = true;
        }

        for (int k = 0; k < 8; k++)
        {
            for (int i = 0; i < 8; i++)
            {
                for (int j = 0; j < 8; j++)
                {
                    reaches[(8 * i) + j] |= reaches[(8 * i) + k] && reaches[(8 * k) + j];
                }
            }
        }

        return reaches;
    }
}
