namespace FastSockets.Perf.Instructions;

/// <summary>What instructions.json and perf/baseline.json hold.</summary>
internal sealed record PathLengths(
    string Kernel, string Architecture, string Runtime, int Runs, IReadOnlyList<PathLength> Paths)
{
    public const string Ours = "fastsockets";

    public static IReadOnlyList<string> Rivals { get; } = ["tcp", "rsockets", "rsockets-polling", "verbs"];

    /// <summary>From what the clients wrote: a file for each run, a line "transport operation instructions" for each count.</summary>
    public static PathLengths Of(IReadOnlyList<Dictionary<(string Transport, string Operation), double>> runs, string kernel) => new(
        kernel,
        System.Runtime.InteropServices.RuntimeInformation.OSArchitecture.ToString(),
        Environment.Version.ToString(),
        runs.Count,
        [.. PathOperation.All.Select(operation => PathOf(runs, operation.Name))]);

    private static PathLength PathOf(
        IReadOnlyList<Dictionary<(string Transport, string Operation), double>> runs, string operation)
    {
        string[] rivals = [.. Rivals.Where(rival => runs.All(run => run.ContainsKey((rival, operation))))];
        return new PathLength(
            operation,
            rivals.Prepend(Ours).ToDictionary(
                transport => transport,
                transport => Math.Round(Median.Of(runs.Select(run => run[(transport, operation)])))),
            rivals.ToDictionary(
                rival => rival,
                rival => RatioOf(runs.Select(run => run[(Ours, operation)] / run[(rival, operation)]))));
    }

    private static Ratio RatioOf(IEnumerable<double> values)
    {
        double[] all = [.. values];
        double median = Median.Of(all);
        return new Ratio(Math.Round(median, 4), Math.Round((all.Max() - all.Min()) / median, 4));
    }
}
