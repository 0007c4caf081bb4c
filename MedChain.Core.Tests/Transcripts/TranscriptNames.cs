using System.Buffers.Binary;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Tests.Transcripts;

/// <summary>Says messages and records as people do, with short names for digests: letters for cuts in order of appearance, L1#2 for the
/// second batch of validator 1's lane, H3 for the third header.</summary>
internal sealed class TranscriptNames(TranscriptCluster cluster)
{
    private readonly Dictionary<Digest, string> _names = [];
    private int _cuts;

    /// <summary>The message in full, as its sender's line has it.</summary>
    public string Say(ConsensusMessage message) => message switch
    {
        BatchMessage m => $"Batch {NameBatch(m.Batch.Header)} ({Transactions(m.Batch.Transactions)})",
        PrePrepare m => Propose(m),
        ViewChange m => $"{Short(m)}{Entries(m)}",
        NewView m => $"{Short(m)} of {string.Join(' ', m.ViewChanges.Select(v => NameValidator(m.Epoch, v.Validator)))}{Chosen(m)}",
        _ => Short(message),
    };

    /// <summary>The message in short, as its receivers' lines have it.</summary>
    public string Short(ConsensusMessage message) => message switch
    {
        BatchMessage m => $"Batch {NameBatch(m.Batch.Header)}",
        FixAck m => $"FixAck {NameBatch(m.Epoch, m.Reference)}",
        FixCertificate m => $"FixCert {NameBatch(m.Epoch, m.Reference)}",
        PrePrepare m => $"PrePrepare {At(m.Epoch)}v{m.View} s{m.Cut.Slot} {NameValue(m.Epoch, m.Cut.Slot, m.Cut.Digest)}",
        Vote m => $"{m.Phase} {At(m.Epoch)}v{m.View} s{m.Slot} {NameValue(m.Epoch, m.Slot, m.Value)}",
        SealVote m => $"Seal {NameHeader(m.Height, m.HeaderHash)}",
        SealMessage m => $"SealCert {NameHeader(m.Certificate.Height, m.Certificate.HeaderHash)}",
        ViewChange m => $"ViewChange {At(m.Epoch)}v{m.NewView}",
        NewView m => $"NewView {At(m.Epoch)}v{m.View}",
        Status m => $"Status {At(m.Epoch)}v{m.View}, stored {m.Stored}, sealed {m.Sealed}",
        FetchBatches m => $"FetchBatches {string.Join(' ', m.References.Select(r => NameBatch(m.Epoch, r)))}",
        BatchesData m => $"Batches {string.Join(' ', m.Batches.Select(Fetched))}",
        FetchBlocks m => $"FetchBlocks {m.From}{(m.Count > 1 ? $"-{m.From.Value + m.Count - 1}" : "")}",
        BlocksData m => $"Blocks {string.Join(' ', m.Blocks.Select(b => b.Commit.Slot))}",
        _ => message.Kind.ToString(),
    };

    public string Say(LogRecord record)
    {
        switch ((RecordKind)record.Kind)
        {
            case RecordKind.Incarnation:
                return $"incarnation {BinaryPrimitives.ReadInt64BigEndian(record.Payload.Span)}";
            case RecordKind.ViewChange or RecordKind.NewView or RecordKind.Seal:
                return Short(Decode(record.Payload));
            case RecordKind.Base:
                SealCertificate seal = Canonical.Decode<SealCertificate>(record.Payload);
                return $"base {NameHeader(seal.Height, seal.HeaderHash)}";
            case RecordKind.Batch:
                return Short(new BatchMessage(Batch.Decode(record.Payload)));
            case RecordKind.Prepare:
                return Short(Decode(Canonical.Decode<SlotRecord>(record.Payload).Message));
            case RecordKind.Prepared or RecordKind.Decided:
                return Certificate(Canonical.Decode<SlotRecord>(record.Payload));
            case RecordKind.Handoff:
                return $"handoff {Canonical.Decode<Handoff>(record.Payload).Header.Epoch + 1}";
            default:
                return ((RecordKind)record.Kind).ToString();
        }
    }

    public string NameHeader(BlockHeight height, Digest hash) => Name(hash, $"H{height}");

    public static string Transactions(IEnumerable<ReadOnlyMemory<byte>> transactions) =>
        string.Join(", ", transactions.Select(TranscriptState.Text)) is { Length: > 0 } some ? some : "nothing";

    private static ConsensusMessage Decode(ReadOnlyMemory<byte> bytes) =>
        Envelope.TryDecode(bytes, out ConsensusMessage? message, out string? reason)
            ? message
            : throw new InvalidOperationException(reason);

    private string Certificate(SlotRecord record)
    {
        VoteCertificate certificate = record.Certificate!;
        string kind = record.Message.Length > 0 ? "PreparedCert" : certificate.Phase == VotePhase.Commit ? "CommitCert" : "FastCert";
        string own = record.Message.Length > 0 ? " with own Commit" : "";
        return $"{kind} {At(certificate.Epoch)}v{certificate.View} s{certificate.Slot} "
            + $"{NameValue(certificate.Epoch, certificate.Slot, certificate.Value)}{own}";
    }

    private string Propose(PrePrepare message)
    {
        bool isNew = !_names.ContainsKey(message.Cut.Digest);
        string text = Short(message);
        string tips = string.Join(' ', message.Cut.Tips.Select(t => NameBatch(message.Epoch, t)));
        return isNew ? $"{text} = {{{tips}}}" : text;
    }

    private string Entries(ViewChange change)
    {
        IEnumerable<string> entries = change.Entries.Select(e => e.Prepared is { } prepared
            ? $"s{e.Slot} {NameValue(change.Epoch, e.Slot, prepared.Value)} prepared in v{prepared.View}"
            : $"s{e.Slot} {NameValue(change.Epoch, e.Slot, e.Accepted!.Value)} accepted in v{e.Accepted!.View}");
        return $" from base {change.BaseHeight} [{string.Join(", ", entries)}]";
    }

    private string Chosen(NewView newView)
    {
        ChainEpoch epoch = cluster.EpochOf(newView.Epoch);
        IEnumerable<string> values = NewViewRule.Select(newView, TranscriptCluster.Chain, epoch.Validators, epoch.Start.Value)
            .Select(v => $"s{v.Slot} {NameValue(newView.Epoch, v.Slot, v.Value)}");
        return string.Join(", ", values) is { Length: > 0 } some ? ": " + some : ": nothing to repeat";
    }

    private string Fetched(FetchedBatch fetched) => NameBatch(fetched.Batch.Header) + (fetched.Certificate is null ? "" : " + FixCert");

    private string NameBatch(BatchHeader header) => NameBatch(header.Epoch, header.Reference);

    private string NameBatch(long epoch, BatchReference reference)
    {
        string life = reference.Incarnation == 1 ? "" : $"/{reference.Incarnation}";
        return Name(reference.Digest, $"L{cluster.IdentityOf(epoch, reference.Lane)}{life}#{reference.Height}");
    }

    private string NameValue(long epoch, SlotNumber slot, Digest value) =>
        value == Cut.NullDigest(TranscriptCluster.Chain, epoch, slot) ? "NULL"
        : _names.TryGetValue(value, out string? known) ? known
        : _names[value] = Letter(_cuts++);

    private static string Letter(int index) =>
        (char)('A' + (index % 26)) + (index < 26 ? "" : (index / 26).ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>A second digest for one place gets a prime.</summary>
    private string Name(Digest digest, string name)
    {
        if (_names.TryGetValue(digest, out string? known))
        {
            return known;
        }

        while (_names.ContainsValue(name))
        {
            name += "'";
        }

        return _names[digest] = name;
    }

    private string NameValidator(long epoch, int index) => $"V{cluster.IdentityOf(epoch, index)}";

    private static string At(long epoch) => epoch == 0 ? "" : $"e{epoch} ";
}
