using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Cedar;

/// <summary>Schemas as text and as JSON, written from what was read.</summary>
[TestFixture]
public sealed class SchemaPrinterTests
{
    [Test]
    public void Schema_has_one_layout()
    {
        PolicySchema schema = Parse("""
            namespace N { type T = { "b c"?: Set<Long>, a: U }; entity U, V in [U] { t: T, s: T } tags String; entity E enum ["x"];
            @doc("d") action read, "w r" in [all] appliesTo { principal: [U], resource: V, context: { t: T, "if": __cedar::Long } };
            action all in M::Action::"top"; }
            namespace M { action top; entity Long; }
            """);

        Assert.That(schema.ToCedar(), Is.EqualTo("""
            type Record1 = {
              a: N::U,
              "b c"?: Set<__cedar::Long>,
            };
            type Record2 = {
              "if": __cedar::Long,
              t: Record1,
            };
            namespace M {
              entity Long;
              action "top";
            }
            namespace N {
              entity E enum ["x"];
              entity U in [U] {
                s: Record1,
                t: Record1,
              } tags String;
              entity V in [U] {
                s: Record1,
                t: Record1,
              } tags String;
              action "all" in [M::Action::"top"];
              action "read" in [N::Action::"all"] appliesTo {
                principal: [U],
                resource: [V],
                context: Record2
              };
              action "w r" in [N::Action::"all"] appliesTo {
                principal: [U],
                resource: [V],
                context: Record2
              };
            }

            """));
    }

    [Test]
    public void Schema_comes_back_from_both_forms() => Assert.That(DifferenceOf(MedicalSchema.Default), Is.Null);

    [Test]
    public void Types_that_use_one_another_twice_stay_short()
    {
        IEnumerable<string> types = Enumerable.Range(1, 50).Select(i => $"type T{i} = {{ a: T{i - 1}, b: T{i - 1} }};");
        PolicySchema schema = Parse($"type T0 = {{ a: Long }}; {string.Join(' ', types)} entity E {{ t: T50, u: T50 }};");

        Assert.That(schema.ToCedar(), Has.Length.LessThan(5_000));
        Assert.That(DifferenceOf(schema), Is.Null);
    }

    [Test]
    public void Every_schema_of_the_conformance_data_comes_back_from_both_forms()
    {
        string folder = CedarData.Folder;
        List<string> differences =
        [
            .. ConformanceTests.Corpus(folder).Concat(ConformanceTests.Handwritten(folder)).Select(set => DifferenceOf(Parse(set.Schema)))
                .OfType<string>(),
        ];
        Assert.That(differences.Take(10), Is.Empty, $"{differences.Count} differences");
    }

    private static PolicySchema Parse(string text)
    {
        Assert.That(PolicySchema.TryParse(text, out PolicySchema? schema, out PolicyError? error), Is.True, error?.ToString());
        return schema!;
    }

    /// <summary>What is lost on the way through text and JSON. The text says nothing of an action that never applies, so such a schema is
    /// compared as text.</summary>
    private static string? DifferenceOf(PolicySchema schema)
    {
        string text = schema.ToCedar();
        string json = schema.ToJson();
        if (!PolicySchema.TryParse(text, out PolicySchema? fromText, out PolicyError? error)
            || !PolicySchema.TryParseJson(Text.Utf8(json), out PolicySchema? fromJson, out error))
        {
            return $"{error}: {text} {json}";
        }

        bool appliesAlways = schema.Declarations.Actions.Values.All(action => !action.Principals.IsEmpty && !action.Resources.IsEmpty);
        return fromText.ToCedar() != text || fromJson.ToCedar() != text ? $"{text} becomes {fromText.ToCedar()} and {fromJson.ToCedar()}"
            : fromJson.ToJson() != json || (appliesAlways && fromText.ToJson() != json) ? $"{json} becomes {fromText.ToJson()}"
            : null;
    }
}
