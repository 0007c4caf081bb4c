using MedChain.Core.Encoding;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>How an account gets other keys when its own are lost.</summary>
/// <param name="Guardians">Who must agree; none for no recovery.</param>
/// <param name="Delay">Milliseconds of block time in which the old key can veto.</param>
internal sealed record RecoveryRule(AccountGroup Guardians, long Delay) : ICanonical<RecoveryRule>
{
    public const long MinDelay = 1_000;
    public const long MaxDelay = 90L * 24 * 3_600 * 1_000;

    /// <summary>Lost keys stay lost.</summary>
    public static readonly RecoveryRule None = new(AccountGroup.None, 0);

    /// <summary>What is wrong with it whatever the state; <see langword="null"/> for nothing.</summary>
    public string? Problem() =>
        Guardians.Problem() is { } wrong ? wrong
        : Guardians.IsNone ? (Delay == 0 ? null : "Without guardians there is no delay: give 0.")
        : Delay is < MinDelay or > MaxDelay ? $"The delay of a recovery is {Delay} ms; it must be {MinDelay} to {MaxDelay}."
        : null;

    void ICanonical<RecoveryRule>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Guardians);
        writer.Write(Delay);
    }

    static RecoveryRule ICanonical<RecoveryRule>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new RecoveryRule(reader.Read<AccountGroup>(), reader.ReadNonNegative());
    }
}
