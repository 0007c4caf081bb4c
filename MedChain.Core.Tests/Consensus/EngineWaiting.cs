using System.Diagnostics;
using MedChain.Core.Consensus;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Waiting for running validators.</summary>
internal static class EngineWaiting
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Waits until something holds; fails after a time that only a hang reaches.</summary>
    /// <param name="engines">The validators; when one of them has failed, its reason is the test's.</param>
    /// <param name="condition">What is waited for.</param>
    /// <param name="what">The same in words.</param>
    public static async Task UntilAsync(this IReadOnlyList<CbftEngine?> engines, Func<bool> condition, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            foreach (CbftEngine engine in engines.OfType<CbftEngine>().Where(e => e.Completion.IsFaulted))
            {
                await engine.Completion;
            }

            if (waited.Elapsed > Patience)
            {
                Assert.Fail($"{what} did not happen. {string.Join("; ", engines.Select(e => e?.Status.ToString() ?? "stopped"))}");
            }

            await Task.Delay(5);
        }
    }
}
