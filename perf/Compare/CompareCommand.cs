namespace FastSockets.Perf;

/// <summary>Measures, prints the table, writes the files, and says by its status whether all went well.</summary>
internal static class CompareCommand
{
    private const int NothingToDo = 2;

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
        Progress.Say($"seed {options.Seed}; device {options.Device} at {options.Address}, {options.ProvidedBy}");
        // Read from where a copy should be limited by the network, not by the file system that the machine was given.
        using var file = new LocalFile(options.File);
        options = options with { File = file.Path };
        using var comparison = new Comparison(options);
        await comparison.RunAsync(cancellation).ConfigureAwait(false);
        string[] failures = [.. comparison.Failures, .. Verdict.Shortcomings(comparison.Rows, options)];
        var environment = HostFacts.Describe(options, comparison.RoundsRun, failures);
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
        Progress.Say(HostFacts.Describe(environment));
        foreach (var gap in results.NotMeasured)
            Progress.Say($"- not measured: {Names.Of(gap.Transport)}: {gap.What}: {gap.Reason}");
        foreach (string note in environment.Notes)
            Progress.Say($"- {note}");
        foreach (string move in moves)
            Progress.Say(move);
        Progress.Say($"{comparison.RoundsRun} rounds; report.html, results.json and charts in {options.Output}");
        foreach (string failure in failures)
            Console.Error.WriteLine($"FAILED {failure}");
        return failures.Length == 0 ? 0 : 1;
    }
}
