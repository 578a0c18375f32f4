namespace FastSockets.Perf;

/// <summary>
/// What it costs to start and end a program that measures, and to connect: by a run of as good as no messages, taken once for each test. A
/// quick run does without, and so without the processor time of such programs.
/// </summary>
internal sealed class StartCost(CompareOptions options)
{
    private readonly Dictionary<string, ProgramRun> _runs = [];

    public async Task<ProgramRun?> OfAsync(string test, Func<Task<ProgramRun>> run)
    {
        if (options.Quick)
            return null;
        if (_runs.TryGetValue(test, out var known))
            return known;

        // The first reads the program from the disk.
        await run().ConfigureAwait(false);
        return _runs[test] = await run().ConfigureAwait(false);
    }
}
