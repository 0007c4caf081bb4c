using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Ledger.Contracts;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>What a grant says, an erasable attachment: Cedar text of its own, or a template that many share, with parameters.</summary>
/// <param name="Text">The policies, at most <see cref="MaxBytes"/> of UTF-8; empty for a template.</param>
/// <param name="Template">The hash of the template's text; zero for a text of its own.</param>
/// <param name="Parameters">What the policies of the template read from <c>context.grant</c>.</param>
/// <param name="Depth">Through how many hands a grantee may pass on what it permits; 0 for none.</param>
/// <param name="Until">The block time, in milliseconds since the Unix epoch, from which a passed-on grant no longer holds; 0 for a grant of
/// the patient's own, whose policies say when they hold.</param>
internal sealed record PolicyDocument(string Text, Digest Template, RecordValue Parameters, int Depth = 0, long Until = 0)
    : ICanonical<PolicyDocument>
{
    public const int MaxBytes = 64 * 1024;
    public const int MaxParameterBytes = 8 * 1024;

    /// <summary>A grant with Cedar text of its own.</summary>
    public PolicyDocument(string text, int depth = 0, long until = 0)
        : this(text, default, RecordValue.Empty, depth, until)
    {
    }

    /// <summary>What it says, in Cedar, or as a template with its parameters.</summary>
    public string Describe() => Text.Length > 0
        ? Text
        : $"template {GrantTemplates.Find(Template)?.Name ?? Template.ToString()} {Parameters}";

    void ICanonical<PolicyDocument>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(Text);
        writer.Write(Template);
        ContractValues.Write(ref writer, Parameters);
        writer.Write((long)Depth);
        writer.Write(Until);
    }

    static PolicyDocument ICanonical<PolicyDocument>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        string text = reader.ReadString(MaxBytes);
        Digest template = reader.ReadDigest();
        CedarValue parameters = ContractValues.Read(ref reader, MaxParameterBytes);
        return parameters is RecordValue record && (template.IsZero ? record.Count == 0 : text.Length == 0)
            ? new PolicyDocument(text, template, record, reader.ReadInt32(0, DelegationRules.MaxDepth), reader.ReadNonNegative())
            : throw new MalformedDataException("A grant has a text of its own, or a template with a record of parameters.");
    }
}
