using System.Collections.Concurrent;

namespace FastSockets.Perf;

/// <summary>
/// A measured process: takes its side of one point after the other as the lines on standard input say. It ends with its
/// standard input, in the middle of a measurement if need be, so that it cannot outlive the orchestrator.
/// </summary>
internal static class Worker
{
    public static int Run(Func<WorkRequest, IReadOnlyList<Figure>> measure)
    {
        using var requests = new BlockingCollection<string>();
        var reader = new Thread(() => ReadRequests(requests)) { IsBackground = true, Name = "requests" };
        reader.Start();
        foreach (string line in requests.GetConsumingEnumerable())
        {
            var request = LineChannel.Parse(line, JsonContext.Default.WorkRequest);
            Reply(new WorkReply { Figures = measure(request) });
        }
        return 0;
    }

    public static void Reply(WorkReply reply) =>
        LineChannel.WriteLine(Console.Out, reply, JsonContext.Default.WorkReply);

    private static void ReadRequests(BlockingCollection<string> requests)
    {
        while (Console.In.ReadLine() is { } line)
            requests.Add(line);
        Environment.Exit(0);
    }
}
