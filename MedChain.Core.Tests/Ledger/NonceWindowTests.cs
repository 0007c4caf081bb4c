using CsCheck;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger;

/// <summary>The window against a set that remembers every nonce.</summary>
[TestFixture]
public sealed class NonceWindowTests
{
    [Test]
    public void Window_accepts_what_a_set_of_used_nonces_accepts() =>
        Gen.OneOf(Gen.Long[-3, 600], Gen.Long[0, 130].Select(d => -d), Gen.Long[long.MaxValue - 2, long.MaxValue]).Array[0, 200].Sample(
            steps =>
        {
            NonceWindow window = default;
            var used = new HashSet<long>();
            long highest = 0;
            foreach (long step in steps)
            {
                // Negative steps are late nonces, near the highest.
                long nonce = step < 0 ? highest + step : step;
                bool expected = nonce >= 1
                    && nonce <= highest + NonceWindow.Width
                    && nonce > highest - NonceWindow.Width
                    && used.Add(nonce);
                Assert.That(window.TryUse(nonce, out NonceWindow next), Is.EqualTo(expected), $"nonce {nonce} after {highest}");
                Assert.That(expected || next == window, "a refused nonce changes nothing");
                window = Canonical.Decode<NonceWindow>(Canonical.Encode(next));
                Assert.That(window, Is.EqualTo(next));
                highest = Math.Max(highest, expected ? nonce : 0);
            }
        });
}
