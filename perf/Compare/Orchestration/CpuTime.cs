using System.Globalization;

namespace FastSockets.Perf;

/// <summary>
/// The processor time of programs that do not tell it themselves: of the whole process, by bash's <c>time</c>, to the millisecond.
/// </summary>
internal static class CpuTime
{
    private const string Mark = "processor-seconds";

    // The program ends with standard input, as workers do: on another host nothing else tells that the orchestrator is gone.
    private const string Script = $$"""
        TIMEFORMAT='{{Mark}} %3U %3S'
        exec 3<&0
        "$@" </dev/null 3<&- & program=$!
        { while read -r <&3; do :; done; kill $program; } >/dev/null 2>&1 & watcher=$!
        time wait $program
        status=$?
        kill $watcher
        exit $status
        """;

    /// <summary>The command that runs another, and then writes a line to standard error.</summary>
    public static readonly IReadOnlyList<string> Command = ["bash", "-c", Script, "bash"];

    /// <summary>Microseconds in user and kernel mode, from what the command wrote.</summary>
    public static double Read(string errors)
    {
        string? line = errors.Split('\n').LastOrDefault(line => line.StartsWith(Mark, StringComparison.Ordinal));
        string[] seconds = line?.Split(' ')[1..] ?? [];
        return seconds.Length == 2
            ? 1e6 * seconds.Sum(each => double.Parse(each, CultureInfo.InvariantCulture))
            : throw new MeasurementException($"No processor time was reported: {errors}");
    }

    /// <summary>What a message, or a byte of a stream, cost each end; what <paramref name="start"/>, a run of next to none, took is not theirs. Nothing without one.</summary>
    /// <remarks>Below 0 where that run happened to take more: only the median over the rounds may be cut off at 0.</remarks>
    public static Figure[] Of(Point point, long messages, ProgramRun run, ProgramRun? start)
    {
        if (start is null)
            return [];

        double near = (run.ClientCpuUs - start.ClientCpuUs) / messages;
        double far = (run.ServerCpuUs - start.ServerCpuUs) / messages;
        return point.Pattern == Pattern.PingPong
            ? [new(Metric.CpuPerMessageClient, near), new(Metric.CpuPerMessageServer, far)]
            : [new(Metric.CpuPerByteClient, 1e3 * near / point.Size), new(Metric.CpuPerByteServer, 1e3 * far / point.Size)];
    }
}
