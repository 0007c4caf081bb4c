using System.Security.Cryptography;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Ledger;

/// <summary>A holder of keys that follow from a name.</summary>
internal sealed class Person(string name) : IDisposable
{
    public string Name => name;

    public SigningKey Signing { get; } = SigningKey.FromSeed(Seed("signing", name));

    public DecryptionKey Agreement { get; } = DecryptionKey.FromSeed(Seed("agreement", name));

    public AccountId On(LedgerChain chain) => AccountEntry.Name(chain.Genesis.Chain, Signing.PublicKey);

    /// <summary>The person as the human who acts, with the library as her software.</summary>
    public Actors Acting(LedgerChain chain) => new(On(chain), ActingSoftware.Library);

    public void Dispose()
    {
        Signing.Dispose();
        Agreement.Dispose();
    }

    public static byte[] Seed(string role, string name) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{role}/{name}"));
}
