namespace MedChain.Core.Consensus.Machine;

/// <summary>What each peer may have answered in one resend interval, so that asking, which is cheap, cannot keep a validator
/// busy.</summary>
internal sealed class AnswerBudget(int validators)
{
    /// <summary>Price of an answer whose size is not known before it is made.</summary>
    public const long LargeAnswer = 1024 * 1024;

    public const long SmallAnswer = 16 * 1024;

    private const long PerInterval = 32 * 1024 * 1024;

    private readonly long[] _spent = new long[validators];
    private readonly bool[] _told = new bool[validators];

    public bool TryTake(int peer, long bytes)
    {
        if (_spent[peer] + bytes > PerInterval)
        {
            return false;
        }

        _spent[peer] += bytes;
        return true;
    }

    /// <summary>Whether a peer may be told where this validator is: once in an interval. Two that only follow would else answer each
    /// other's answers for ever.</summary>
    public bool TryTell(int peer) => !_told[peer] && (_told[peer] = true);

    public void Renew()
    {
        Array.Clear(_spent);
        Array.Clear(_told);
    }
}
