using MedChain.Core.Computations;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Tasks;

/// <summary>What an executor found. Honest executors find the same, byte for byte.</summary>
/// <param name="Result">Salted commitment to the result, after disclosure control.</param>
/// <param name="Sealed">Attachment: the opening of the commitment, sealed to the researcher. It is published when the result is released,
/// not before.</param>
/// <param name="Report">What disclosure control held back.</param>
internal sealed record TaskFinding(Digest Result, Digest Sealed, DisclosureReport Report) : ICanonical<TaskFinding>
{
    void ICanonical<TaskFinding>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Result);
        writer.Write(Sealed);
        writer.Write(Report);
    }

    static TaskFinding ICanonical<TaskFinding>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new TaskFinding(reader.ReadDigest(), reader.ReadDigest(), reader.Read<DisclosureReport>());
    }
}
