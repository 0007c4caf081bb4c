using CsCheck;
using MedChain.Core.Cryptography;
using MedChain.Core.Custody;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Merkle;
using MedChain.Core.Nodes.Duties;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Ledger;
using NUnit.Framework;

namespace MedChain.Core.Tests.Custody;

/// <summary>Whatever happens in whatever order, with one of four custodians lying: keys are released for committed permits of live records
/// only, and of an erased record no honest custodian keeps anything.</summary>
[TestFixture]
public sealed class CustodyPropertyTests
{
    private const int Liar = 3;

    private static readonly Gen<(int Step, int Custodian, int Record)[]> Runs =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3], Gen.Int[0, 2]).Array[5, 40];

    [Test]
    public void Nothing_is_released_without_a_committed_permit_and_nothing_kept_of_what_is_erased() =>
        Runs.Sample(steps =>
        {
            using var run = new Run();
            foreach ((int step, int custodian, int record) in steps)
            {
                run.Do(step, custodian, record);
                run.Check();
            }
        }, iter: 25);

    /// <summary>One run over a chain with up to three records of one patient.</summary>
    private sealed class Run : IDisposable
    {
        private readonly LedgerChain _chain = new(ChainKind.Account, "hospital");
        private readonly Custodians _custodians;
        private readonly Person _patient;
        private readonly Person _nurse = new("nurse");
        private readonly List<DealtRecord> _records = [];
        private readonly List<Digest> _requests = [];
        private readonly HashSet<(int Custodian, Digest Record)> _erasedBy = [];

        public Run()
        {
            _custodians = new Custodians(_chain);
            _patient = _chain.RegisterPatient("patient");
            _chain.Register(_nurse, AccountKind.Practitioner);
        }

        private AccountId Owner => _patient.On(_chain);

        public void Do(int step, int custodian, int index)
        {
            if (step == 0 || _records.Count == 0)
            {
                Store();
                return;
            }

            DealtRecord record = _records[index % _records.Count];
            Digest id = record.Command.Record;
            switch (step)
            {
                case 1 or 2:
                    Accept(custodian, record);
                    break;
                case 3:
                    _chain.Permit(_patient, Policies.Reading(Owner));
                    break;
                case 4:
                    foreach (var grant in _chain.State.Scan<GrantEntry>(StateKey.GrantsOf(Owner)))
                    {
                        _chain.Send(_patient, new RevokeGrant(StateKey.SecondPart(grant.Key)));
                    }

                    break;
                case 5 or 6:
                    Ask();
                    break;
                case 7:
                    _chain.Send(_patient, new OrderErasure(Random(), Owner, ErasureScope.Of(id), 1_000));
                    break;
                default:
                    Erase(custodian, record);
                    break;
            }
        }

        public void Check()
        {
            // Requests that were never made, and those that were.
            foreach (Digest request in _requests.Append(Digest.Of([1])))
            {
                DecisionEntry? decision = _chain.State.Get<DecisionEntry>(StateKey.Decision(request));
                foreach (int honest in Enumerable.Range(0, Liar))
                {
                    CheckRelease(decision, _custodians[honest].ReleaseAsync(request, default).AsTask().Result);
                }
            }

            foreach (DealtRecord record in _records.Where(r => Status(r) == RecordStatus.Erased))
            {
                CheckErased(record);
            }
        }

        public void Dispose()
        {
            _nurse.Dispose();
            _patient.Dispose();
            _chain.Dispose();
        }

        private static Digest Random() => new(SecureRandom.Bytes(Digest.Size));

        private void CheckRelease(DecisionEntry? decision, ShareRelease release)
        {
            bool mayRelease = decision is not null
                && decision.Outcome.Releases()
                && (decision.Grant.IsZero
                    || _chain.State.Get<GrantEntry>(StateKey.Grant(Owner, decision.Grant)) is { Revoked: false });
            int live = decision?.Records.Count(r => Status(r) == RecordStatus.Live) ?? 0;
            Assert.That(release.Shares?.Count ?? 0, Is.LessThanOrEqualTo(mayRelease ? live : 0));
        }

        /// <summary>A quorum signed, of which one may lie: fewer shares are left than restore the key.</summary>
        private void CheckErased(DealtRecord record)
        {
            int left = Enumerable.Range(0, 4).Count(i => !_custodians.Vaults[i].HandleOf(record.Command.KeyHeader).IsZero);
            Assert.That(left, Is.LessThan(_chain.Genesis.Validators.Quorum));
            foreach ((int custodian, Digest id) in _erasedBy.Where(e => e.Record == record.Command.Record))
            {
                Assert.That(_custodians.Vaults[custodian].HandleOf(record.Command.KeyHeader).IsZero, $"custodian {custodian}, record {id}");
            }

            Digest[] blobs = [record.Command.Manifest, record.Command.KeyHeader, .. record.Chunks.Select(c => Digest.Of(c))];
            Assert.That(blobs.Where(_chain.Blobs.Contains), Is.Empty);
        }

        private void Store()
        {
            if (_records.Count == 3)
            {
                return;
            }

            DealtRecord record = _chain.Deal(_patient, [1, 2, 3]);
            _chain.Blobs.PutAsync([.. record.Chunks.Select(c => (ReadOnlyMemory<byte>)c)], default).AsTask().Wait();
            _chain.Send(_patient, record.Command, record.Manifest, record.KeyHeader);
            _records.Add(record);
        }

        private void Accept(int custodian, DealtRecord record)
        {
            if (Status(record) is not (RecordStatus.Dealt or RecordStatus.Live))
            {
                return;
            }

            // The liar says that it keeps what it never looked at.
            ShareAcceptance acceptance = custodian == Liar
                ? new ShareAcceptance(Owner, record.Command.Record, record.Command.KeyHeader, Random())
                : _custodians.Take(
                    custodian,
                    Owner,
                    record.Command.Record,
                    Canonical.Decode<KeyHeader>(record.KeyHeader.Content),
                    record.Command.KeyHeader)!.Value;
            _chain.Send(_chain.Operators[custodian], new AcceptShares([acceptance]));
        }

        private void Ask()
        {
            Digest request = Random();
            Attachment details = Attachment.Create(new AccessDetails("read", "TREAT", "laboratory", "", _nurse.Acting(_chain)));
            _chain.Send(_nurse, new RequestAccess(request, Owner, details.Commitment), details);
            _requests.Add(request);
        }

        /// <summary>An honest custodian destroys and then signs; the liar signs, and destroys nothing.</summary>
        private void Erase(int custodian, DealtRecord record)
        {
            Digest id = record.Command.Record;
            if (Status(record) is not (RecordStatus.Erasing or RecordStatus.Erased))
            {
                return;
            }

            byte[] handle = _chain.State.Get<CustodyEntry>(StateKey.Custody(Owner, id))!.Handles[custodian].ToArray();
            bool hasNone = handle.All(b => b == 0);
            StateTree roster = _custodians.Vaults[custodian].Roster;
            StateTree before = hasNone ? roster : roster.With(handle, ReadOnlyMemory<byte>.Empty);
            if (custodian != Liar)
            {
                _custodians.Vaults[custodian].EraseAsync(record.Command.KeyHeader, default).AsTask().Wait();
                new RecordBlobs(_chain.Blobs, new AttachmentCache()).EraseAsync(
                    new RecordReference(Owner, id), _chain.State.Get<RecordEntry>(StateKey.Record(Owner, id))!, default).Wait();
                _erasedBy.Add((custodian, id));
            }

            ErasureReceipt receipt = hasNone
                ? new ErasureReceipt(Owner, id, before.Root, before.Root, StateProof.OfEmptyTree)
                : new ErasureReceipt(Owner, id, before.Root, before.Without(handle).Root, before.Prove(handle));
            _chain.Send(_chain.Operators[custodian], new ConfirmErasures([receipt]));
        }

        private RecordStatus Status(DealtRecord record) => Status(record.Command.Record);

        private RecordStatus Status(Digest record) => _chain.State.Get<RecordEntry>(StateKey.Record(Owner, record))!.Status;
    }
}
