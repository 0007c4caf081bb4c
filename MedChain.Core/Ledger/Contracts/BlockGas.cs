using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Contracts;

/// <summary>Gas that calls of contracts have used in one block, whether they failed or not. One account has its share, so that it cannot
/// keep the others out.</summary>
internal sealed class BlockGas
{
    private readonly Dictionary<AccountId, long> _bySender = [];
    private long _total;

    /// <summary>Why an account cannot call in this block any more; <see langword="null"/> when it can. The last call may go beyond a
    /// limit.</summary>
    public string? Problem(AccountId sender)
    {
        if (_total >= ContractRules.MaxBlockGas)
        {
            return $"The calls of this block have used {_total} gas, the limit is {ContractRules.MaxBlockGas}: call again.";
        }

        long own = _bySender.GetValueOrDefault(sender);
        return own >= ContractRules.MaxGas
            ? $"The sender's calls in this block have used {own} gas, the limit is {ContractRules.MaxGas}: call again."
            : null;
    }

    public void Use(AccountId sender, long gas)
    {
        _total += gas;
        _bySender[sender] = _bySender.GetValueOrDefault(sender) + gas;
    }
}
