using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.People;

namespace MedChain.Core.Clients;

/// <summary>Words that go with a decision: stored apart, and only committed to on the chain.</summary>
internal static class Notes
{
    /// <exception cref="ArgumentException">There are no words, or too many.</exception>
    public static Attachment Of(string words)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(words);
        int bytes = System.Text.Encoding.UTF8.GetByteCount(words);
        return bytes <= Note.MaxBytes
            ? Attachment.Create(new Note(words))
            : throw new ArgumentException($"The words take {bytes} bytes; the limit is {Note.MaxBytes}.", nameof(words));
    }
}
