using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>Remembers which transactions passed the stateless checks, so that one process verifies a signature once, however many of its
/// validators see the transaction. One process is one trust domain. Thread safe; holds the last <see cref="Capacity"/> to twice as
/// many.</summary>
internal sealed class VerifiedTransactions
{
    public const int Capacity = 65_536;

    private readonly Lock _lock = new();
    private HashSet<Digest> _recent = [];
    private HashSet<Digest> _older = [];

    public bool Contains(Digest transaction)
    {
        lock (_lock)
        {
            return _recent.Contains(transaction) || _older.Contains(transaction);
        }
    }

    public void Add(Digest transaction)
    {
        lock (_lock)
        {
            _recent.Add(transaction);
            if (_recent.Count >= Capacity)
            {
                _older = _recent;
                _recent = [];
            }
        }
    }
}
