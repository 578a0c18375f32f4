namespace FastSockets.Perf;

/// <summary>Measures, prints the table, writes the files, and says by its status whether all went well.</summary>
internal static class CompareCommand
{
    private const int NothingToDo = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

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
        var shortest = new EventLatencyMeasurer(options with { WarmUpSeconds = 0, Seconds = 0 });
        try
        {
            await shortest.MeasureAsync(new Point(Pattern.PingPong, Wait.Block, 64), limit.Token).ConfigureAwait(false);
        }
        catch (MeasurementException failure)
        {
            var here = options.Here;
            throw new MeasurementException(
                $"{options.Server.Environment.Address} is not reached by RDMA from {here.Device} at {here.Address}: {failure.Message}");
        }
    }
}
