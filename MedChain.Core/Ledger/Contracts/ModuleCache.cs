using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Contracts;

/// <summary>Verified bytecode of a chain's contracts by its name. Verifying is a function of the bytes, so what is remembered changes no
/// result. Holds all that a chain can have. Thread safe.</summary>
internal sealed class ModuleCache
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, Module> _modules = [];

    /// <summary>The module of a name in the state; its bytes were verified when it was deployed.</summary>
    /// <exception cref="InvalidOperationException">The state has no such module, or one that does not verify.</exception>
    public Module Get(LedgerState state, Digest name)
    {
        lock (_lock)
        {
            if (_modules.TryGetValue(name, out Module? known))
            {
                return known;
            }
        }

        BytecodeEntry entry = state.Get<BytecodeEntry>(StateKey.Bytecode(name))
            ?? throw new InvalidOperationException($"A contract's bytecode {name} is not in the state.");
        if (!Module.TryVerify(entry.Bytes.Span, out Module? module, out ModuleError? error))
        {
            throw new InvalidOperationException($"The bytecode {name} in the state does not verify: {error}");
        }

        lock (_lock)
        {
            if (_modules.Count >= ContractRules.MaxContracts)
            {
                _modules.Clear();
            }

            _modules[name] = module;
        }

        return module;
    }
}
