using System.Collections.Immutable;

namespace MedChain.Core.Contracts;

/// <summary>What a contract wants to happen beside its state, in order. Nothing of it happens when the execution fails. Closed: these three
/// and no other.</summary>
public abstract record ContractEffect
{
    private ContractEffect(EntityUid contract) => Contract = contract;

    /// <summary>Gets the contract that wants it.</summary>
    public EntityUid Contract { get; }

    /// <summary>An event.</summary>
    public sealed record Emitted : ContractEffect
    {
        internal Emitted(EntityUid contract, string name, ImmutableArray<CedarValue> values)
            : base(contract) => (Name, Values) = (name, values);

        /// <summary>Gets the event's name.</summary>
        public string Name { get; }

        /// <summary>Gets the values of its fields, in order.</summary>
        public ImmutableArray<CedarValue> Values { get; }
    }

    /// <summary>Something that somebody has to do.</summary>
    public sealed record Obliged : ContractEffect
    {
        internal Obliged(EntityUid contract, string name, string detail)
            : base(contract) => (Name, Detail) = (name, detail);

        /// <summary>Gets what has to be done.</summary>
        public string Name { get; }

        /// <summary>Gets how, for whom or until when.</summary>
        public string Detail { get; }
    }

    /// <summary>Uses that count against a limit.</summary>
    public sealed record Consumed : ContractEffect
    {
        internal Consumed(EntityUid contract, string counter, long amount)
            : base(contract) => (Counter, Amount) = (counter, amount);

        /// <summary>Gets the counter.</summary>
        public string Counter { get; }

        /// <summary>Gets how many uses.</summary>
        public long Amount { get; }
    }
}
