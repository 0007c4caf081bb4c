using MedChain.Core.Cryptography;
using MedChain.Core.Custody;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;
using MedChain.Core.Storage.Memory;
using MedChain.Core.Tests.Ledger;

namespace MedChain.Core.Tests.Custody;

/// <summary>The custodians of a chain without consensus, each with a vault of its own.</summary>
internal sealed class Custodians
{
    private readonly LedgerChain _chain;

    public Custodians(LedgerChain chain)
    {
        _chain = chain;
        Stores = [.. chain.Voters.Select(_ => new MemoryBlobStore())];
        Vaults = [.. chain.Voters.Select((v, i) => Open(i))];
    }

    public MemoryBlobStore[] Stores { get; }

    public ShareVault[] Vaults { get; }

    public Custodian this[int index] => new(
        _chain.Genesis, _chain.Operators[index].Signing, Vaults[index], () => _chain.Executor.Current, _chain.Blobs);

    public IEnumerable<Custodian> All => Enumerable.Range(0, Vaults.Length).Select(i => this[i]);

    /// <summary>Opens a custodian's vault again, as a restart does.</summary>
    public ShareVault Open(int index) =>
        ShareVault.OpenAsync(_chain.Genesis.Chain, _chain.Voters[index].Agreement, Stores[index], default).AsTask().Result;

    /// <summary>A custodian takes its share out of the header.</summary>
    /// <returns>The acceptance; <see langword="null"/> when the share is not good.</returns>
    public ShareAcceptance? Take(int custodian, AccountId owner, Digest record, KeyHeader header, Digest commitment)
    {
        using SecretScalar? share = DealtShare.Open(
            _chain.Voters[custodian].Agreement, _chain.Genesis.Chain, record, header, custodian).Share;
        return share is null
            ? null
            : new ShareAcceptance(
                owner, record, commitment, Vaults[custodian].KeepAsync(owner, record, commitment, share, default).AsTask().Result);
    }

    /// <summary>Stores a record and has some custodians accept it; all of them by default.</summary>
    public DealtRecord Store(Person patient, byte[] content, string category, params int[] accepting)
    {
        DealtRecord record = _chain.Deal(patient, content, category);
        _chain.Blobs.PutAsync([.. record.Chunks.Concat(record.Pages).Select(c => (ReadOnlyMemory<byte>)c)], default).AsTask().Wait();
        Receipt receipt = _chain.Send(patient, record.Command, record.Manifest, record.KeyHeader);
        if (receipt.Status != ReceiptStatus.Applied)
        {
            throw new InvalidOperationException(receipt.Reason);
        }

        Accept(patient, record.Sealed, accepting);
        return record;
    }

    /// <summary>Has some custodians accept a record; all of them by default.</summary>
    public void Accept(Person patient, SealedRecord record, params int[] accepting)
    {
        KeyHeader header = Canonical.Decode<KeyHeader>(record.KeyHeader.Content);
        foreach (int i in accepting.Length > 0 ? accepting : [.. Enumerable.Range(0, Vaults.Length)])
        {
            ShareAcceptance acceptance = Take(i, patient.On(_chain), record.Command.Record, header, record.Command.KeyHeader)!.Value;
            _chain.Send(_chain.Operators[i], new AcceptShares([acceptance]));
        }
    }
}
