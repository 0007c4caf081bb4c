using MedChain.Core.Blocks;
using MedChain.Core.Clients;
using MedChain.Core.Consensus;
using MedChain.Core.Keys;
using MedChain.Core.Ledger;
using MedChain.Core.Nodes;
using MedChain.Core.Storage.Memory;
using MedChain.Core.Transport;
using NUnit.Framework;

namespace MedChain.Core.Tests.Nodes;

/// <summary>A ledger's state, given to a validator that cannot have the blocks any more.</summary>
[TestFixture]
[CancelAfter(120_000)]
public sealed class LedgerTransferTests
{
    private const string Name = "clinic";

    [Test]
    public async Task Late_validator_is_given_the_accounts_and_serves_clients(CancellationToken cancellation)
    {
        using var keyStore = new MemoryKeyStore();
        ValidatorKeys[] keys = [.. Enumerable.Range(0, 4).Select(i => ValidatorKeys.Load(keyStore, Name, i))];
        HolderKeys administrator = keyStore.GetOrCreate(Name, "administrator");
        var genesis = new Genesis(
            ChainKind.Account,
            Name,
            new ValidatorSet([.. keys.Select(k => k.ToValidator())]),
            administrator.Signing.PublicKey,
            administrator.Agreement.PublicKey);
        var network = new InProcessNetwork();
        List<AccountChain> validators = [];
        for (int i = 0; i < 3; i++)
        {
            validators.Add(await AccountChain.StartAsync(Options(i), cancellation));
        }

        using var client = new AccountChainClient(validators, administrator, keyStore, TimeProvider.System);
        for (int i = 0; validators.Any(v => v.Validator.Options.BlockStore.First.Value == 1); i++)
        {
            (await client.RegisterPatientAsync($"patient {i}", cancellation)).Dispose();
        }

        AccountChain late = await AccountChain.StartAsync(Options(3), cancellation);
        while (late.Validator.Machine.Sealed is not { } seen || seen.Height < client.Height)
        {
            await Task.Delay(20, cancellation);
        }

        // Whoever knows only this validator goes on with it.
        using var clients = new AccountChainClient([late], administrator, keyStore, TimeProvider.System);
        (await clients.RegisterPatientAsync("one more", cancellation)).Dispose();
        validators.Add(late);
        Assert.That(late.Validator.Machine.Restored, Is.EqualTo(1));
        Assert.That(late.Validator.Options.StateStore.Load().Height.Value, Is.GreaterThan(1));

        while (validators.Select(v => v.Validator.Machine.StateRoot).Distinct().Count() > 1)
        {
            await Task.Delay(20, cancellation);
        }

        foreach (AccountChain validator in validators)
        {
            await validator.DisposeAsync();
        }

        ChainValidatorOptions Options(int i) => new()
        {
            Genesis = genesis,
            Index = i,
            VotingKey = keys[i].Voting,
            CustodyKey = keys[i].Custody,
            OperatorKey = keys[i].Operator,
            Transport = network.Connect(keys[i].Voting.PublicKey),
            ConsensusLog = new MemoryConsensusLog(),
            BlockStore = new MemoryBlockStore(),
            StateStore = new MemoryStateStore(),
            BlobStore = new MemoryBlobStore(),
            Limits = new CbftLimits { CheckpointInterval = 4, KeptBlocks = 8 },
        };
    }
}
