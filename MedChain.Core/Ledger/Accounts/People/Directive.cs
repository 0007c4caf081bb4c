using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>What a patient wants after her death. Without another word all is denied.</summary>
/// <param name="KeepsResearch">Whether her permissions go on for computations, which show nobody her data.</param>
/// <param name="Executor">Who then reads, permits and erases in her place; zero for nobody.</param>
internal sealed record Directive(bool KeepsResearch, AccountId Executor) : ICanonical<Directive>
{
    public static readonly Directive DenyAll = new(false, default);

    void ICanonical<Directive>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(KeepsResearch);
        writer.Write(Executor);
    }

    static Directive ICanonical<Directive>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new Directive(reader.ReadBoolean(), reader.ReadAccountId());
    }
}
