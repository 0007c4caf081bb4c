using System.Text.Json;
using CsCheck;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Messages on the wire: golden bytes, and what bytes from outside can do.</summary>
[TestFixture]
public sealed class MessageTests
{
    private const string VectorFile = "consensus-messages.json";

    [TestCaseSource(nameof(Names))]
    public void Message_has_its_golden_bytes(string name)
    {
        if (Environment.GetEnvironmentVariable("MEDCHAIN_REWRITE") == "1")
        {
            Rewrite();
        }

        string path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Vectors", VectorFile);
        using JsonDocument vectors = JsonDocument.Parse(File.ReadAllBytes(path));
        string expected = vectors.RootElement.GetProperty(name).GetString()!;
        Assert.That(Convert.ToHexStringLower(Envelope.Encode(MessageSamples.All[name]).Span), Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Names))]
    public void Decoded_message_encodes_to_the_same_bytes(string name)
    {
        ReadOnlyMemory<byte> bytes = Envelope.Encode(MessageSamples.All[name]);
        Assert.That(Envelope.TryDecode(bytes, out ConsensusMessage? message, out string? reason), Is.True, reason);
        Assert.That(message!.Kind, Is.EqualTo(MessageSamples.All[name].Kind));
        Assert.That(Envelope.Encode(message).ToArray(), Is.EqualTo(bytes.ToArray()));
    }

    [TestCaseSource(nameof(Names))]
    public void Every_prefix_and_every_longer_form_is_refused(string name)
    {
        byte[] bytes = Envelope.Encode(MessageSamples.All[name]).ToArray();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.That(Envelope.TryDecode(bytes.AsMemory(0, length), out _, out _), Is.False, $"{length} bytes");
        }

        Assert.That(Envelope.TryDecode((byte[])[.. bytes, 0], out _, out _), Is.False);
    }

    [Test]
    public void Another_version_is_refused()
    {
        byte[] bytes = Envelope.Encode(MessageSamples.All["prepare"]).ToArray();
        bytes[0]++;
        Assert.That(Envelope.TryDecode(bytes, out _, out _), Is.False);
    }

    [Test]
    public void Prepare_does_not_pass_for_a_commit()
    {
        byte[] bytes = Envelope.Encode(MessageSamples.All["prepare"]).ToArray();
        bytes[1] = (byte)MessageKind.Commit;
        Assert.That(Envelope.TryDecode(bytes, out _, out _), Is.False);
    }

    /// <summary>Whatever is damaged: the decoder refuses it or gives another message, and the verifier, which then sees wrong signatures,
    /// says no.</summary>
    [Test]
    public void Damaged_messages_never_throw_and_never_verify()
    {
        Gen<string> names = Gen.OneOf([.. MessageSamples.All.Keys.Select(Gen.Const)]);
        Gen.Select(names, Gen.Int[0, 1_000_000], Gen.Byte).Sample((name, place, value) =>
        {
            byte[] bytes = Envelope.Encode(MessageSamples.All[name]).ToArray();
            bytes[place % bytes.Length] ^= value;
            var verifier = new MessageVerifier(MachineHarness.Chain, 0, MachineHarness.SetOf(4), new SignatureCache());
            return !Envelope.TryDecode(bytes, out ConsensusMessage? message, out _)
                || message is Status or FetchBatches or FetchBlocks
                || !verifier.Verify(message);
        });
    }

    [Test]
    public void Random_bytes_never_throw() =>
        Gen.Select(Gen.Byte[0, 20], Gen.Byte.Array[0, 200]).Sample((kind, content) =>
            Envelope.TryDecode((byte[])[Envelope.Version, kind, .. content], out _, out _) || true);

    [Test]
    public void Statements_of_different_kinds_differ_though_their_fields_are_equal()
    {
        var statement = new SlotStatement(MachineHarness.Chain, 0, new ViewNumber(1), new SlotNumber(5), Digest.Of([1]));
        string[] statements =
        [
            Convert.ToHexString(statement.ForPrePrepare()),
            Convert.ToHexString(statement.ForVote(VotePhase.Prepare)),
            Convert.ToHexString(statement.ForVote(VotePhase.Commit)),
        ];
        Assert.That(statements.Distinct().Count(), Is.EqualTo(3));
    }

    private static IEnumerable<string> Names() => MessageSamples.All.Keys;

    /// <summary>Writes the vectors anew, beside this source: read the difference before you commit it.</summary>
    private static void Rewrite([System.Runtime.CompilerServices.CallerFilePath] string source = "")
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            foreach ((string name, ConsensusMessage message) in MessageSamples.All)
            {
                writer.WriteString(name, Convert.ToHexStringLower(Envelope.Encode(message).Span));
            }

            writer.WriteEndObject();
        }

        byte[] json = [.. stream.ToArray(), (byte)'\n'];
        File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(source)!, "..", "Vectors", VectorFile), json);
        File.WriteAllBytes(Path.Combine(TestContext.CurrentContext.TestDirectory, "Vectors", VectorFile), json);
    }
}
