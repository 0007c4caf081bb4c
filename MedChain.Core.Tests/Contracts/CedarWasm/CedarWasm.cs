using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.CedarWasm;

/// <summary>Cedar's own implementation, run by Node. It is no part of the repository: MEDCHAIN_CEDAR_WASM names a node_modules folder that
/// has it, or MEDCHAIN_CEDAR_WASM_INSTALL=1 lets it be installed into a temporary one.</summary>
internal sealed class CedarWasm : IDisposable
{
    private const string Package = "@cedar-policy/cedar-wasm@4.13.0";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("medchain-cedar-wasm-").FullName;

    /// <summary>What Cedar says about cases; ends the test as ignored where there is no Cedar.</summary>
    public JsonElement Answer(string casesJson)
    {
        string modules = Modules();
        string cases = Path.Combine(_folder, "cases.json");
        string answers = Path.Combine(_folder, "answers.json");
        File.WriteAllText(cases, casesJson);
        string script = Path.Combine(Repository.Root, "MedChain.Core.Tests", "Contracts", "CedarWasm", "compare.mjs");
        Assert.That(Run("node", [script, modules, cases, answers]), Is.Zero, "Node failed; its message is above.");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(answers));
        return document.RootElement.Clone();
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Modules()
    {
        if (Environment.GetEnvironmentVariable("MEDCHAIN_CEDAR_WASM") is { Length: > 0 } given)
        {
            return Path.GetFullPath(given);
        }

        if (Environment.GetEnvironmentVariable("MEDCHAIN_CEDAR_WASM_INSTALL") != "1")
        {
            Assert.Ignore(
                "No Cedar to compare with; set MEDCHAIN_CEDAR_WASM to a node_modules folder, or MEDCHAIN_CEDAR_WASM_INSTALL to 1.");
        }

        Assert.That(Run("npm", ["install", "--no-audit", "--no-fund", "--prefix", _folder, Package]), Is.Zero, "npm could not install it.");
        return Path.Combine(_folder, "node_modules");
    }

    private static int Run(string program, string[] arguments)
    {
        using Process? process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        if (process is null)
        {
            return -1;
        }

        string errors = process.StandardError.ReadToEnd();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            return -1;
        }

        TestContext.Out.Write(errors);
        return process.ExitCode;
    }
}
