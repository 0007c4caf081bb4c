using System.Collections.Immutable;
using System.Globalization;
using MedChain.Core.Consensus;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Transcripts;

/// <summary>The smallest state that says something: the texts executed, and the validators that a text like "validators 0 1 2 4"
/// chooses.</summary>
internal sealed record TranscriptState(ImmutableArray<string> Executed)
{
    private const string Choice = "validators ";

    public static TranscriptState Empty { get; } = new(ImmutableArray<string>.Empty);

    public Digest Root { get; private init; }

    public ChosenValidators? Chosen { get; private init; }

    public static string Text(ReadOnlyMemory<byte> transaction) => System.Text.Encoding.UTF8.GetString(transaction.Span);

    public TranscriptState After(BlockHeight height, IReadOnlyList<ReadOnlyMemory<byte>> transactions)
    {
        TranscriptState state = this;
        foreach (ReadOnlyMemory<byte> transaction in transactions)
        {
            string text = Text(transaction);
            state = state with
            {
                Executed = state.Executed.Add(text),
                Root = MerkleTree.HashChildren(state.Root, Digest.Of(transaction.Span)),
                Chosen = text.StartsWith(Choice, StringComparison.Ordinal)
                    ? new ChosenValidators(height, TranscriptCluster.SetOf(Members(text)))
                    : state.Chosen,
            };
        }

        return state;
    }

    private static IEnumerable<int> Members(string text) =>
        text[Choice.Length..].Split(' ').Select(v => int.Parse(v, CultureInfo.InvariantCulture));
}
