using System.Net;
using System.Net.Sockets;

namespace FastSockets.Perf;

/// <summary>Measures, prints the table, writes the files, and says by its status whether all went well.</summary>
internal static class CompareCommand
{
    private const int NothingToDo = 2;

    // Two servers are started, by ssh perhaps: that alone took half a minute on emulated hosts of one processor.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static async Task<int> RunAsync(CompareOptions options, CancellationToken cancellation)
    {
        if (Plan.Steps(options).Count == 0)
        {
            Console.Error.WriteLine("Nothing is measured: --only names what this run leaves out, or what that transport does not offer.");
            return NothingToDo;
        }
        Directory.CreateDirectory(options.Output);
        // An unusable one ends the run before it measures, not after.
        var baseline = options.Baseline is { } old ? Baseline.Read(old) : null;
        Progress.Say($"seed {options.Seed}; {HostFacts.Describe(options.Here)}, at {options.Here.Address}");
        if (options.HasPeer)
        {
            Progress.Say($"servers: {HostFacts.Describe(options.Server.Environment)}, at {options.Server.Environment.Address}");
            await MeetAsync(options, cancellation).ConfigureAwait(false);
        }
        // Read from where a copy should be limited by the network, not by the file system that the machine was given.
        using var file = new LocalFile(options.File);
        options = options with { File = file.Path };
        using var comparison = new Comparison(options);
        await comparison.RunAsync(cancellation).ConfigureAwait(false);
        string[] failures = [.. comparison.Failures, .. Verdict.Shortcomings(comparison.Rows, options)];
        var environment = HostFacts.Of(options, comparison.RoundsRun, failures);
        var results = new Results(
            environment, comparison.Rows, Fit.Of(comparison.Rows), [.. Plan.Gaps(options), .. comparison.Gaps]);
        string[] moves = [.. baseline?.Describe(results) ?? []];
        ResultsFile.Write(Path.Combine(options.Output, "results.json"), results);
        var charts = Charts.Of(results);
        foreach (var (name, svg) in charts)
            await File.WriteAllTextAsync(Path.Combine(options.Output, $"{name}.svg"), svg, cancellation).ConfigureAwait(false);
        await File.WriteAllTextAsync(
            Path.Combine(options.Output, "report.html"), HtmlReport.Render(results, charts, moves), cancellation)
            .ConfigureAwait(false);
        ResultTable.Print(new RowTable(results.Rows));
        ResultTable.Print(WayTable.Columns, WayTable.Lines(results.Rows), WayTable.Legend);
        ResultTable.Print(FitTable.Columns, FitTable.Lines(results.Fits), FitTable.Legend);
        Progress.Say(HostFacts.DescribeEnds(environment));
        foreach (var gap in results.NotMeasured)
            Progress.Say($"- not measured: {Names.Of(gap.Transport)}: {gap.What}: {gap.Reason}");
        foreach (string note in environment.Notes)
            Progress.Say($"- {note}");
        foreach (string move in moves)
            Progress.Say(move);
        string rounds = comparison.RoundsRun == 1 ? "one round" : $"{comparison.RoundsRun} rounds";
        Progress.Say($"{rounds}; report.html, results.json and charts in {options.Output}");
        foreach (string failure in failures)
            Console.Error.WriteLine($"FAILED {failure}");
        return failures.Length == 0 ? 0 : 1;
    }

    // Says at once what every measurement would say after its patience.
    private static async Task MeetAsync(CompareOptions options, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        var (here, there) = (options.Here, options.Server.Environment);
        await MeetByTcpAsync(options, limit.Token, cancellation).ConfigureAwait(false);
        var shortest = new EventLatencyMeasurer(options with { WarmUpSeconds = 0, Seconds = 0 });
        try
        {
            await shortest.MeasureAsync(new Point(Pattern.PingPong, Wait.Block, 64), limit.Token).ConfigureAwait(false);
        }
        catch (MeasurementException failure)
        {
            throw new MeasurementException(
                $"verbs-latency by RDMA from {here.Device} at {here.Address} to {there.Device} at {there.Address} failed: {failure.Message}");
        }
    }

    private static async Task MeetByTcpAsync(CompareOptions options, CancellationToken limit, CancellationToken cancellation)
    {
        var (here, there) = (options.Here, options.Server.Environment);
        using var server = new WorkerProcess(
            options.Server.Start, options.Server.Program, "server", TransportKind.Tcp, there.Address);
        int port = (await server.ReadAsync(limit).ConfigureAwait(false)).Ports![Wait.Block];
        var address = IPAddress.Parse(there.Address);
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, port, limit).ConfigureAwait(false);
        }
        catch (Exception failure) when (
            failure is SocketException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new MeasurementException(
                $"TCP from {here.Address} to {there.Address} port {port} is blocked ({failure.Message}). Ports 18601 to 19999 and those of "
                + "net.ipv4.ip_local_port_range must be open there.");
        }
    }
}
