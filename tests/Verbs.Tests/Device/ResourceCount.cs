using System.Diagnostics;
using System.Text.RegularExpressions;

namespace RdmaSharp.Tests.Device;

/// <summary>The objects that the kernel counts on the device: rdma-resource(8).</summary>
internal sealed record ResourceCount(int Domains, int CompletionQueues, int QueuePairs, int Ids, int Regions, int Srqs)
{
    internal static ResourceCount Read(RdmaFixture rdma)
    {
        string[] arguments = ["resource", "show", rdma.Context.Device.Name];
        using Process process =
            Process.Start(new ProcessStartInfo("rdma", arguments) { RedirectStandardOutput = true })!;
        // Whoever has taken this stream must dispose of it: the process does not.
        using StreamReader output = process.StandardOutput;
        string text = output.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return new ResourceCount(
            Number(text, "pd"), Number(text, "cq"), Number(text, "qp"), Number(text, "cm_id"), Number(text, "mr"),
            Number(text, "srq"));
    }

    private static int Number(string text, string name)
    {
        Match match = Regex.Match(text, $@"\b{name} (\d+)");
        Assert.True(match.Success, text);
        return int.Parse(match.Groups[1].ValueSpan);
    }
}
