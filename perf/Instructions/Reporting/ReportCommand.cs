namespace FastSockets.Perf.Instructions;

/// <summary>Puts the runs together, prints and writes them, and judges them by the baseline or makes it of them.</summary>
internal static class ReportCommand
{
    private const int Loss = 1;
    private const int Failed = 2;
    private const int NotComparable = 3;

    public static int Run(string folder, string baselineFile, bool check, bool accept)
    {
        try
        {
            return Report(folder, baselineFile, check, accept);
        }
        catch (Exception failure)
        {
            // Whatever it is, it is no loss: that has a status of its own.
            Console.Error.WriteLine(failure);
            return Failed;
        }
    }

    private static int Report(string folder, string baselineFile, bool check, bool accept)
    {
        string[] files = [.. Directory.GetFiles(folder, "run-*").Order(StringComparer.Ordinal)];
        string kernel = File.ReadAllText(Path.Combine(folder, "kernel")).Trim();
        PathLengths paths = PathLengths.Of([.. files.Select(PathFiles.ReadRun)], kernel);
        PathTable.Print(paths);
        PathFiles.Write(Path.Combine(folder, "instructions.json"), paths);
        if (accept)
            PathFiles.Write(baselineFile, paths);
        return check ? Check(PathFiles.Read(baselineFile), paths) : 0;
    }

    private static int Check(PathLengths baseline, PathLengths paths)
    {
        if (Guard.Incomparable(baseline, paths) is { } reason)
        {
            Console.WriteLine($"path lengths are not judged: {reason}");
            return NotComparable;
        }
        var moved = Guard.Compare(baseline, paths).ToList();
        foreach (var (isLoss, text) in moved)
            Console.WriteLine(isLoss ? $"FAILED: {text}" : $"shorter: {text}; accept it: perf/instructions --runs 5 --accept");
        if (moved.Any(each => each.IsLoss))
            return Loss;
        Console.WriteLine("passed: no path is longer than the baseline's by more than 3 %");
        return 0;
    }
}
