using MedChain.Core.Encoding;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>What an account's holder has set up for herself.</summary>
/// <param name="CoConsent">Who must consent to every grant that is set from now on.</param>
/// <param name="EndsWithMajority">Whether a minor's guardian set <paramref name="CoConsent"/>: then it ends when she comes of age.</param>
/// <param name="Proposed">What is to take the place of <paramref name="CoConsent"/> once its members consent; <see langword="null"/> for
/// nothing.</param>
/// <param name="Recovery">The recovery rule.</param>
/// <param name="NextRecovery">The rule that takes its place; <see langword="null"/> for none.</param>
/// <param name="NextFrom">Block time from which the next rule is in force: who has stolen a key cannot switch off the recovery at
/// once.</param>
/// <param name="AfterDeath">What she wants after her death.</param>
internal sealed record Safeguards(
    AccountGroup CoConsent,
    bool EndsWithMajority,
    AccountGroup? Proposed,
    RecoveryRule Recovery,
    RecoveryRule? NextRecovery,
    long NextFrom,
    Directive AfterDeath) : ICanonical<Safeguards>
{
    public static readonly Safeguards None =
        new(AccountGroup.None, false, null, RecoveryRule.None, null, 0, Directive.DenyAll);

    /// <summary>The recovery rule in force.</summary>
    public RecoveryRule RecoveryAt(long time) => NextRecovery is not null && time >= NextFrom ? NextRecovery : Recovery;

    void ICanonical<Safeguards>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(7);
        writer.Write(CoConsent);
        writer.Write(EndsWithMajority);
        writer.WriteOptional(Proposed);
        writer.Write(Recovery);
        writer.WriteOptional(NextRecovery);
        writer.Write(NextFrom);
        writer.Write(AfterDeath);
    }

    static Safeguards ICanonical<Safeguards>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(7);
        return new Safeguards(
            reader.Read<AccountGroup>(),
            reader.ReadBoolean(),
            reader.ReadOptional<AccountGroup>(),
            reader.Read<RecoveryRule>(),
            reader.ReadOptional<RecoveryRule>(),
            reader.ReadNonNegative(),
            reader.Read<Directive>());
    }
}
