using System.Diagnostics;

namespace MedChain.Benchmarks.Measuring;

/// <summary>What the whole process has used up to one moment: all its threads, the load and the garbage collector included.</summary>
internal readonly record struct ProcessMeter(long Timestamp, TimeSpan Cpu, long AllocatedBytes, TimeSpan GcPause, int FullCollections)
{
    /// <summary>Reads the counters. The allocation is the imprecise one, off by some kilobytes for each thread: the precise one has been
    /// seen to go backwards by gigabytes under the server collector.</summary>
    public static ProcessMeter Read() => new(
        Stopwatch.GetTimestamp(),
        Environment.CpuUsage.TotalTime,
        GC.GetTotalAllocatedBytes(precise: false),
        GC.GetTotalPauseDuration(),
        GC.CollectionCount(GC.MaxGeneration));

    public ProcessUse Since(ProcessMeter earlier) => new(
        Stopwatch.GetElapsedTime(earlier.Timestamp, Timestamp),
        Cpu - earlier.Cpu,
        AllocatedBytes - earlier.AllocatedBytes,
        GcPause - earlier.GcPause,
        FullCollections - earlier.FullCollections);
}

/// <summary>What the process used between two moments.</summary>
internal readonly record struct ProcessUse(TimeSpan Elapsed, TimeSpan Cpu, long AllocatedBytes, TimeSpan GcPause, int FullCollections);
