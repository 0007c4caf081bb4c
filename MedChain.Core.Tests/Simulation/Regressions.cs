using MedChain.Core.Consensus;

namespace MedChain.Core.Tests.Simulation;

/// <summary>A schedule that once broke an invariant.</summary>
/// <param name="Name">What the bug is called.</param>
/// <param name="Reason">What was wrong.</param>
/// <param name="Scenario">The schedule as shrunk. It is kept whole and not as a seed, because what a seed draws changes with the
/// swarm.</param>
internal sealed record Regression(string Name, string Reason, Scenario Scenario)
{
    public override string ToString() => Name;
}

/// <summary>Every bug that the simulator found, as far as one schedule shows it.</summary>
internal static class Regressions
{
    public static IReadOnlyList<Regression> All { get; } =
    [
        new(
            "Own acknowledgement forgotten",
            "Where acknowledgements are durable, an own one that was put back while delivery was far behind was not counted, and nobody "
                + "sent it again: the lane stood still.",
            ForgottenAck()),
        new(
            "Blocks that were dropped are offered",
            "In a new epoch a validator no longer said that it had dropped its first blocks: who lacked them asked for blocks that nobody "
                + "had, and never for a state.",
            ForgottenBeginning()),
        new(
            "Certificate lost with its owner's restart",
            "Who leaves the check of a batch to others waited for its owner's certificate; the owner had restarted and forgotten both, so "
                + "each proposal of the batch cost a view.",
            LostCertificate()),
        new(
            "Certificate withheld by a liar",
            "The same, when the owner shows the certificate to others only, and a fork of its lane keeps the batch from being checked.",
            WithheldCertificate()),
        new(
            "State at the end of an epoch",
            "A chain that stood at the last block of an epoch, restarted and without its first blocks, offered nobody the state after it; "
                + "its new validator never came in.",
            StateAtTheEnd()),
        new(
            "Votes of views long over",
            "Votes for slots that a new view left free were sent again for ever, however idle the chain was.",
            VotesOfOldViews()),
        new(
            "Views split between two groups",
            "Part of a quorum that left a view went on to the next one and no longer said so; the rest waited for ever.",
            SplitViews()),
        new(
            "Views split after a crash",
            "The same, when one of those that left the view had lost its memory of who else did.",
            SplitViewsAfterCrash()),
        new(
            "Seal lost with a restart",
            "A restarted validator did not count its own seals again, and gave none for a block that was stored without it; the base stood "
                + "still, and with it the window.",
            LostSeal()),
        new(
            "Alone between two views",
            "The only validator of a chain crashed after its ViewChange and before its NewView; nobody else could ask it for that, so "
                + "it waited for ever.",
            LoneView()),
        new(
            "Own batch forgotten",
            "The lane of a restarted owner was full of batches of earlier lives, so it dropped the batch that it had just sent.",
            ForgottenBatch()),
        new(
            "Resigning for ever",
            "Where leaders take turns, a validator that asked for a new view without end was believed each time, and no view lasted.",
            LostSeal() with
            {
                Seed = 30_110,
                Count = 4,
                Limits = Limits(window: 23, slotTimeout: 396, resendInterval: 70) with
                {
                    BatchDelay = TimeSpan.FromMilliseconds(2),
                    CutDelay = TimeSpan.FromMilliseconds(3),
                    MaxBatchTransactions = 4,
                    MaxUnfixedBatches = 1,
                },
                Byzantine = 0x2,
                MaxDelay = 8,
                MaxDiskDelay = 5,
                BlocksPerFlush = 4,
                HealAt = 2_694,
                Incidents = [new Incident.Lie(0, long.MaxValue, FaultClass.Flood, 1, 100, 0x2fdf14d1489dc43a)],
            }),
        new(
            "Seal in the log only",
            "After a crash the seal that ended an epoch was in the log only, and the next epoch's took its place there; then the engine "
                + "did not start any more.",
            LostSeal() with
            {
                Seed = 80,
                Count = 4,
                Joining = 2,
                Limits = Limits(window: 8, slotTimeout: 210, resendInterval: 79) with { MaxBatchTransactions = 3 },
                MaxDelay = 2,
                MaxDiskDelay = 2,
                BlocksPerFlush = 3,
                HealAt = 2_773,
                Incidents =
                [
                    new Incident.Process(304, 551, FaultClass.TornWrite, 2, 11),
                    new Incident.Submission(320, FaultClass.None, 0x1, [new(2, 3, 0, true)]),
                    new Incident.Process(754, 784, FaultClass.TornWrite, 1, 14),
                    new Incident.Submission(910, FaultClass.ConflictingNonces, 0x2, [new(2, 8, 1, true)]),
                    new Incident.Change(930, FaultClass.ReplaceValidator, 0xe5),
                    new Incident.Link(1_269, 2_223, FaultClass.Isolation, 0x2, 0xfffffffffffffffd, 100, 0),
                    new Incident.Change(1_392, FaultClass.RemoveValidator, 0x9f),
                    new Incident.Process(2_136, 2_391, FaultClass.TornWrite, 5, 2),
                    new Incident.Change(2_192, FaultClass.AddValidator, 0x1a9),
                ],
            }),
        new(
            "Seal of the head lost",
            "A crash lost the seal of an epoch's last block from the store and not from the log. The validator entered the next epoch with "
                + "it and never stored it again, until the handoff after that took its place in the log.",
            LostSeal() with
            {
                Seed = 601_063,
                Count = 6,
                Joining = 3,
                Limits = Limits(window: 7, slotTimeout: 363, resendInterval: 107) with
                {
                    CutDelay = TimeSpan.FromMilliseconds(1),
                    MaxBatchTransactions = 2,
                    MaxUnfixedBatches = 4,
                },
                Byzantine = 0x100,
                MaxDelay = 2,
                BlocksPerFlush = 4,
                HealAt = 2_110,
                Incidents =
                [
                    new Incident.Submission(85, FaultClass.None, 0x8, [new(1, 2, 0, true)]),
                    new Incident.Submission(89, FaultClass.None, 0x2, [new(1, 3, 0, true)]),
                    new Incident.Submission(143, FaultClass.None, 0x20, [new(1, 4, 0, true)]),
                    new Incident.Submission(174, FaultClass.None, 0x8, [new(0, 1, 0, true)]),
                    new Incident.Submission(194, FaultClass.None, 0x1, [new(3, 2, 0, true)]),
                    new Incident.Submission(232, FaultClass.DuplicateTransactions, 0x1, [new(2, 1, 0, true), new(2, 1, 0, true)]),
                    new Incident.Change(247, FaultClass.ReplaceValidator, 0x112),
                    new Incident.Submission(289, FaultClass.None, 0x8, [new(0, 2, 0, true)]),
                    new Incident.Submission(330, FaultClass.None, 0x8, [new(2, 4, 0, true)]),
                    new Incident.Submission(355, FaultClass.None, 0x20, [new(2, 6, 0, true)]),
                    new Incident.Process(365, 599, FaultClass.CrashAtWrite, 4, 10),
                    new Incident.Submission(440, FaultClass.None, 0x20, [new(2, 8, 0, true)]),
                    new Incident.Process(465, 631, FaultClass.DiskFull, 5, 15),
                    new Incident.Submission(477, FaultClass.None, 0x4, [new(0, 5, 0, true)]),
                    new Incident.Process(485, 647, FaultClass.DiskFull, 0, 2),
                    new Incident.Link(844, 1_410, FaultClass.Partition, 0x372a2ad1c12954d3, 0xc8d5d52e3ed6ab2c, 100, 0),
                    new Incident.Process(1_147, 1_482, FaultClass.CrashAtWrite, 3, 4),
                    new Incident.Change(1_403, FaultClass.RemoveValidator, 0x105),
                ],
            }),
        new(
            "Answers to answers",
            "Two institutions that only followed the chain took each other for guests, and answered each other's Status for ever.",
            LostSeal() with
            {
                Seed = 101,
                Count = 4,
                Joining = 3,
                Limits = Limits(window: 6, slotTimeout: 395, resendInterval: 54),
                Byzantine = 0x40,
                MaxDelay = 11,
                MaxDiskDelay = 5,
                BlocksPerFlush = 6,
                HealAt = 2_371,
                Incidents = [new Incident.Lie(244, long.MaxValue, FaultClass.Flood, 6, 42, 0x743857d6dcac1415)],
            }),
    ];

    private static Scenario SplitViews() => new(
        Seed: 432,
        Count: 4,
        Limits(window: 8, slotTimeout: 204, resendInterval: 51),
        RealSignatures: false,
        RealLedger: false,
        Byzantine: 0x2,
        Damaged: 0,
        MaxDelay: 15,
        MaxDiskDelay: 6,
        BlocksPerFlush: 1,
        HealAt: 2_471,
        [
            new Incident.Submission(973, FaultClass.ConflictingNonces, 0x8, [new(0, 27, 1, true)]),
            new Incident.Link(998, 1_795, FaultClass.OneWayPartition, 0x83693bab9738d61, 0xf7c96c45468c729e, 100, 0),
            new Incident.Submission(1_037, FaultClass.ConflictingNonces, 0x4, [new(2, 27, 1, true)]),
            new Incident.Process(1_065, 1_351, FaultClass.LostLog, 1, 0),
        ]);

    private static Scenario SplitViewsAfterCrash() => new(
        Seed: 1194,
        Count: 4,
        Limits(window: 5, slotTimeout: 372, resendInterval: 148),
        RealSignatures: false,
        RealLedger: false,
        Byzantine: 0x4,
        Damaged: 0,
        MaxDelay: 8,
        MaxDiskDelay: 6,
        BlocksPerFlush: 4,
        HealAt: 2_411,
        [
            new Incident.Submission(165, FaultClass.None, 0x1, [new(0, 9, 0, true)]),
            new Incident.Submission(169, FaultClass.None, 0x2, [new(2, 9, 0, true)]),
            new Incident.Link(183, 1_084, FaultClass.Isolation, 0xfffffffffffffffe, 0x1, 100, 0),
            new Incident.Submission(199, FaultClass.DuplicateTransactions, 0x8, [new(2, 13, 0, true)]),
            new Incident.Process(511, 1_032, FaultClass.Crash, 3, 11),
            new Incident.Process(744, 1_298, FaultClass.LostLog, 2, 0),
        ]);

    private static Scenario LostSeal() => new(
        Seed: 11_210,
        Count: 1,
        Limits(window: 1, slotTimeout: 492, resendInterval: 65) with
        {
            BatchDelay = TimeSpan.FromMilliseconds(3),
            CutDelay = TimeSpan.FromMilliseconds(4),
            MaxBatchTransactions = 5,
            MaxUnfixedBatches = 5,
        },
        RealSignatures: false,
        RealLedger: false,
        Byzantine: 0,
        Damaged: 0,
        MaxDelay: 6,
        MaxDiskDelay: 12,
        BlocksPerFlush: 3,
        HealAt: 2_202,
        [
            new Incident.Process(983, 1_302, FaultClass.CrashAtWrite, 0, 16),
            new Incident.Submission(1_030, FaultClass.None, 0x1, [new(0, 9, 0, true)]),
            new Incident.Submission(1_036, FaultClass.None, 0x1, [new(2, 14, 0, true)]),
            new Incident.Submission(1_069, FaultClass.None, 0x1, [new(0, 10, 0, true)]),
            new Incident.Process(1_692, 1_709, FaultClass.CrashAtWrite, 0, 15),
            new Incident.Submission(1_718, FaultClass.None, 0x1, [new(2, 31, 0, true)]),
            new Incident.Submission(1_730, FaultClass.Bursts, 0x1, [new(0, 23, 0, true), new(0, 24, 0, true), new(3, 16, 0, true)]),
        ]);

    private static Scenario LoneView() => LostSeal() with
    {
        Seed = 2_001_736,
        Limits = Limits(window: 4, slotTimeout: 270, resendInterval: 126) with
        {
            BatchDelay = TimeSpan.FromMilliseconds(3),
            MaxBatchTransactions = 4,
            MaxUnfixedBatches = 6,
        },
        MaxDelay = 8,
        MaxDiskDelay = 8,
        BlocksPerFlush = 5,
        HealAt = 1_017,
        Incidents =
        [
            new Incident.Submission(45, FaultClass.None, 0x1, [new(3, 1, 0, true)]),
            new Incident.Process(64, 392, FaultClass.FlushError, 0, 1),
            new Incident.Submission(110, FaultClass.None, 0x1, [new(2, 1, 0, true)]),
            new Incident.Process(201, 461, FaultClass.DiskFull, 0, 12),
            new Incident.Submission(276, FaultClass.None, 0x1, [new(0, 3, 0, true)]),
            new Incident.Process(373, 755, FaultClass.TornWrite, 0, 6),
        ],
    };

    private static Scenario ForgottenBatch() => LostSeal() with
    {
        Seed = 2_003_780,
        Count = 4,
        Limits = Limits(window: 3, slotTimeout: 225, resendInterval: 97) with
        {
            BatchDelay = TimeSpan.FromMilliseconds(2),
            CutDelay = TimeSpan.FromMilliseconds(3),
            MaxBatchTransactions = 2,
            MaxLaneBatches = 4,
        },
        Damaged = 0x8,
        MaxDelay = 4,
        MaxDiskDelay = 10,
        BlocksPerFlush = 1,
        HealAt = 2_112,
        Incidents =
        [
            new Incident.Process(0, 2_112, FaultClass.ClockSkew, 3, -2_265),
            new Incident.Process(0, 2_112, FaultClass.ClockSkew, 0, -2_150),
            new Incident.Process(0, 2_112, FaultClass.ClockSkew, 2, 1_445),
            new Incident.Submission(6, FaultClass.None, 0x2, [new(0, 1, 0, true)]),
            new Incident.Submission(8, FaultClass.ConflictingNonces, 0x1, [new(1, 1, 0, true)]),
            new Incident.Submission(18, FaultClass.ConflictingNonces, 0x2, [new(1, 1, 1, true)]),
            new Incident.Submission(207, FaultClass.None, 0x2, [new(0, 3, 0, true)]),
            new Incident.Submission(227, FaultClass.None, 0x2, [new(1, 11, 0, true)]),
            new Incident.Process(229, 309, FaultClass.FlushError, 1, 6),
            new Incident.Submission(613, FaultClass.EveryLane, 0xffffffffffffffff, [new(0, 13, 0, true)]),
            new Incident.Process(1_171, 1_454, FaultClass.FlushError, 1, 11),
            new Incident.Submission(1_462, FaultClass.None, 0x2, [new(1, 39, 0, true)]),
            new Incident.Submission(1_478, FaultClass.EveryLane, 0xffffffffffffffff, [new(2, 38, 0, true)]),
            new Incident.Submission(1_498, FaultClass.None, 0x2, [new(0, 35, 0, true)]),
            new Incident.Submission(1_508, FaultClass.None, 0x2, [new(1, 41, 0, true)]),
        ],
    };

    private static Scenario ForgottenAck() => new(
        Seed: 9_001_562,
        Count: 2,
        Limits(window: 5, slotTimeout: 227, resendInterval: 62) with
        {
            BatchDelay = TimeSpan.FromMilliseconds(4),
            MaxBatchTransactions = 3,
            MaxUnfixedBatches = 1,
            MaxLaneBatches = 6,
        },
        RealSignatures: false,
        RealLedger: false,
        Byzantine: 0,
        Damaged: 0,
        MaxDelay: 4,
        MaxDiskDelay: 4,
        BlocksPerFlush: 5,
        HealAt: 2_192,
        [
            new Incident.Process(0, 2_192, FaultClass.ClockSkew, 0, -2_486),
            new Incident.Process(0, 2_192, FaultClass.ClockSkew, 0, 379),
            new Incident.Submission(22, FaultClass.None, 0x1, [new(3, 1, 0, true)]),
            new Incident.Submission(1_270, FaultClass.EveryLane, 0xffffffffffffffff, [new(3, 23, 0, true)]),
            new Incident.Submission(1_288, FaultClass.EveryLane, 0xffffffffffffffff, [new(0, 31, 0, true)]),
            new Incident.Submission(1_297, FaultClass.None, 0x1, [new(2, 43, 0, true)]),
            new Incident.Submission(1_309, FaultClass.EveryLane, 0xffffffffffffffff, [new(0, 32, 0, true)]),
            new Incident.Submission(1_340, FaultClass.None, 0x1, [new(0, 33, 0, true)]),
            new Incident.Submission(1_488, FaultClass.None, 0x1, [new(0, 38, 0, true)]),
            new Incident.Submission(1_502, FaultClass.None, 0x1, [new(0, 39, 0, true)]),
            new Incident.Process(1_513, 1_695, FaultClass.DiskFull, 1, 10),
            new Incident.Process(1_547, 1_924, FaultClass.TornWrite, 0, 7),
        ]);

    private static Scenario LostCertificate() => new(
        Seed: 200_711,
        Count: 4,
        Limits(window: 4, slotTimeout: 406, resendInterval: 116) with
        {
            BatchDelay = TimeSpan.FromMilliseconds(3),
            CutDelay = TimeSpan.FromMilliseconds(1),
            MaxBatchTransactions = 2,
            MaxUnfixedBatches = 6,
        },
        RealSignatures: false,
        RealLedger: false,
        Byzantine: 0,
        Damaged: 0x18,
        MaxDelay: 3,
        MaxDiskDelay: 3,
        BlocksPerFlush: 2,
        HealAt: 1_382,
        [
            new Incident.Process(0, 1_382, FaultClass.ClockSkew, 3, 2_856),
            new Incident.Process(27, 293, FaultClass.Crash, 2, 19),
            new Incident.Submission(35, FaultClass.None, 0x2, [new(0, 1, 0, true)]),
            new Incident.Link(341, 1_451, FaultClass.Isolation, 0xfffffffffffffffe, 0x1, 100, 0),
            new Incident.Link(353, 1_187, FaultClass.Partition, 0xfebb86e419ade913, 0x144791be65216ec, 100, 0),
            new Incident.Process(1_126, 1_639, FaultClass.Crash, 0, 4),
            new Incident.Submission(1_262, FaultClass.DuplicateTransactions, 0x8, [new(2, 16, 0, true), new(2, 16, 0, true)]),
            new Incident.Process(1_265, 1_629, FaultClass.Crash, 1, 3),
            new Incident.Change(1_320, FaultClass.ReplaceValidator, 0x23a),
        ])
    {
        Joining = 2,
    };

    private static Scenario WithheldCertificate() => new(
        Seed: 204_886,
        Count: 5,
        Limits(window: 1, slotTimeout: 379, resendInterval: 149) with
        {
            BatchDelay = TimeSpan.FromMilliseconds(2),
            CutDelay = TimeSpan.FromMilliseconds(4),
            MaxBatchTransactions = 5,
        },
        RealSignatures: false,
        RealLedger: false,
        Byzantine: 0x4,
        Damaged: 0,
        MaxDelay: 6,
        MaxDiskDelay: 12,
        BlocksPerFlush: 1,
        HealAt: 2_861,
        [
            new Incident.Submission(266, FaultClass.None, 0x2, [new(3, 4, 0, true)]),
            new Incident.Submission(280, FaultClass.ConflictingNonces, 0x4, [new(3, 5, 0, true)]),
            new Incident.Link(293, 1_040, FaultClass.Partition, 0x36e76361cc6ad72f, 0xc9189c9e339528d0, 100, 0),
            new Incident.Submission(424, FaultClass.None, 0x4, [new(0, 3, 0, true)]),
            new Incident.Submission(597, FaultClass.ConflictingNonces, 0x4, [new(1, 5, 0, true)]),
            new Incident.Submission(605, FaultClass.ConflictingNonces, 0x1, [new(1, 5, 1, true)]),
            new Incident.Submission(718, FaultClass.None, 0x4, [new(2, 12, 0, true)]),
            new Incident.Submission(743, FaultClass.ConflictingNonces, 0x4, [new(3, 15, 0, true)]),
            new Incident.Submission(
                951,
                FaultClass.Bursts,
                0x10,
                [.. new (int Client, long Nonce)[] { (2, 13), (3, 16), (1, 7), (1, 8), (3, 17), (1, 9) }
                    .Select(r => new ClientRequest(r.Client, r.Nonce, 0, true))]),
            new Incident.Process(1_001, 2_861, FaultClass.ClockDrift, 4, -47),
            new Incident.Process(1_016, 1_371, FaultClass.CrashAtWrite, 0, 18),
            new Incident.Submission(1_053, FaultClass.None, 0x4, [new(0, 12, 0, true)]),
            new Incident.Change(1_216, FaultClass.ReplaceValidator, 0x31),
            new Incident.Process(1_336, 1_856, FaultClass.LostLog, 2, 0),
            new Incident.Process(1_358, 1_643, FaultClass.TornWrite, 1, 20),
        ])
    {
        Joining = 3,
    };

    private static Scenario StateAtTheEnd() => new(
        Seed: 300_721,
        Count: 1,
        Limits(window: 6, slotTimeout: 457, resendInterval: 139) with
        {
            BatchDelay = TimeSpan.Zero,
            MaxBatchTransactions = 5,
            MaxUnfixedBatches = 1,
        },
        RealSignatures: true,
        RealLedger: true,
        Byzantine: 0,
        Damaged: 0,
        MaxDelay: 2,
        MaxDiskDelay: 11,
        BlocksPerFlush: 5,
        HealAt: 1_620,
        [
            new Incident.Change(472, FaultClass.ReplaceValidator, 0x3d),
            new Incident.Process(1_031, 1_490, FaultClass.TornWrite, 0, 4),
        ])
    {
        Joining = 1,
    };

    private static Scenario VotesOfOldViews() => new(
        Seed: 307_744,
        Count: 2,
        Limits(window: 52, slotTimeout: 203, resendInterval: 57) with
        {
            CutDelay = TimeSpan.FromMilliseconds(2),
            MaxBatchTransactions = 5,
            MaxUnfixedBatches = 5,
        },
        RealSignatures: false,
        RealLedger: false,
        Byzantine: 0,
        Damaged: 0,
        MaxDelay: 3,
        MaxDiskDelay: 3,
        BlocksPerFlush: 4,
        HealAt: 3_036,
        [
            new Incident.Process(630, 3_036, FaultClass.ClockJump, 1, -2_841),
            .. new (long At, ulong To, int Client, long Nonce)[]
            {
                (653, 2, 0, 16), (677, 2, 0, 17), (699, 2, 0, 18), (727, 2, 2, 16), (750, 1, 0, 19), (757, 1, 0, 20), (773, 1, 2, 17),
                (776, 1, 3, 8), (791, 1, 1, 9), (844, 2, 2, 19), (853, 1, 2, 20), (879, 2, 1, 11), (897, 2, 2, 21), (906, 1, 1, 12),
                (934, 1, 1, 13), (962, 2, 0, 24), (969, 2, 1, 14), (973, 1, 3, 10), (984, 1, 0, 25),
            }.Select(r => new Incident.Submission(r.At, FaultClass.None, r.To, [new(r.Client, r.Nonce, 0, true)])),
            new Incident.Submission(981, FaultClass.ConflictingNonces, 0x1, [new(0, 24, 1, true)]),
        ]);

    private static Scenario ForgottenBeginning() => new(
        Seed: 9_101_395,
        Count: 5,
        Limits(window: 5, slotTimeout: 297, resendInterval: 55) with
        {
            CutDelay = TimeSpan.FromMilliseconds(4),
            MaxBatchTransactions = 5,
            MaxUnfixedBatches = 5,
        },
        RealSignatures: false,
        RealLedger: true,
        Byzantine: 0x10,
        Damaged: 0,
        MaxDelay: 9,
        MaxDiskDelay: 3,
        BlocksPerFlush: 3,
        HealAt: 1_915,
        [
            new Incident.Submission(
                145,
                FaultClass.Bursts,
                0x2,
                [.. new (int Client, long Nonce)[]
                {
                    (1, 5), (2, 6), (3, 9), (3, 10), (1, 6), (0, 6), (0, 7), (3, 11), (2, 7), (2, 8), (2, 9), (3, 12), (2, 10), (0, 8),
                    (0, 9),
                }.Select(r => new ClientRequest(r.Client, r.Nonce, 0, true))]),
            new Incident.Submission(
                156,
                FaultClass.Bursts,
                0x10,
                [.. new (int Client, long Nonce)[] { (0, 10), (1, 7), (3, 13), (1, 8), (0, 11), (1, 9), (0, 12) }
                    .Select(r => new ClientRequest(r.Client, r.Nonce, 0, true))]),
            new Incident.Submission(191, FaultClass.None, 0x2, [new(3, 15, 0, true)]),
            new Incident.Submission(213, FaultClass.None, 0x10, [new(0, 14, 0, true)]),
            new Incident.Link(1_416, 2_352, FaultClass.Replay, 0xffffffffffffffff, 0xd807346899fbd257, 9, 114),
            new Incident.Link(1_608, 2_163, FaultClass.Bandwidth, 0xffffffffffffffff, 0xffffffffffffffff, 100, 113),
            new Incident.Change(1_699, FaultClass.ReplaceValidator, 0x8d),
        ])
    {
        Joining = 2,
    };

    private static CbftLimits Limits(int window, int slotTimeout, int resendInterval) => new()
    {
        Window = window,
        SlotTimeout = TimeSpan.FromMilliseconds(slotTimeout),
        MaxSlotTimeout = TimeSpan.FromSeconds(3),
        ResendInterval = TimeSpan.FromMilliseconds(resendInterval),
        BatchDelay = TimeSpan.FromMilliseconds(1),
        CutDelay = TimeSpan.Zero,
        MaxBatchTransactions = 1,
        MaxUnfixedBatches = 3,
        MaxClockDrift = TimeSpan.FromSeconds(2),
    };
}
