using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;

namespace FastSockets.Benchmarks;

/// <summary>
/// In this process, for in the virtual machine in which the device is nothing can be built; with the bytes that each operation
/// allocates. Where soft-roce/run gives a folder for results, reports go there.
/// </summary>
internal static class InProcess
{
    public static IConfig Config => DefaultConfig.Instance
        .AddJob(Job.Default.WithToolchain(InProcessNoEmitToolchain.Instance).AsDefault())
        .AddDiagnoser(MemoryDiagnoser.Default)
        .WithArtifactsPath(Environment.GetEnvironmentVariable("RESULTS") ?? "perf/results/benchmarks");
}
