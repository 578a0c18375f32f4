using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Perfolizer.Horology;

namespace FastSockets.Benchmarks;

/// <summary>
/// In this process, for in the virtual machine in which the device is nothing can be built; with the bytes that each operation
/// allocates. Where soft-roce/run gives a folder for results, reports go there.
/// </summary>
internal static class InProcess
{
    public static IConfig Config => DefaultConfig.Instance
        .AddJob(Job.Default
            .WithToolchain(InProcessNoEmitToolchain.Instance)
            // By the defaults what needs no device takes more than nine minutes.
            .WithIterationTime(TimeInterval.FromMilliseconds(200))
            .WithWarmupCount(3)
            .WithIterationCount(7)
            .AsDefault())
        .AddDiagnoser(MemoryDiagnoser.Default)
        .WithArtifactsPath(Environment.GetEnvironmentVariable("RESULTS") ?? "perf/results/benchmarks");
}
