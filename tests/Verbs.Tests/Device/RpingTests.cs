using System.Diagnostics;

namespace RdmaSharp.Tests.Device;

/// <summary>The sample against rdma-core's rping(1), and itself.</summary>
public sealed class RpingTests(RdmaFixture rdma) : RdmaTestBase(rdma)
{
    private const int Pings = 20;

    public enum Program
    {
        Ours,
        Theirs,
    }

    [Theory]
    [InlineData(Program.Ours, Program.Ours, 7301, 64)]
    [InlineData(Program.Ours, Program.Theirs, 7302, 64)]
    [InlineData(Program.Theirs, Program.Ours, 7303, 64)]
    [InlineData(Program.Ours, Program.Theirs, 7304, 20000)]
    [InlineData(Program.Theirs, Program.Ours, 7305, 20000)]
    public async Task Rping_ServerAndClient_ExchangeThePings(Program server, Program client, int port, int size)
    {
        using Process serving = Start(server, "-s", port, size);
        await UntilListening(port);
        using Process asking = Start(client, "-c", port, size);
        string[][] outputs = await Task.WhenAll(Finish(asking), Finish(serving));
        string[] asked = outputs[0];
        string[] served = outputs[1];

        Assert.Equal(0, asking.ExitCode);
        Assert.Equal(0, serving.ExitCode);
        Assert.Equal(Pings, asked.Count(line => line.StartsWith("ping data: rdma-ping-")));
        Assert.Equal(Pings, served.Count(line => line.StartsWith("server ping data: rdma-ping-")));
        string last = asked.Last(line => line.StartsWith("ping data: "));
        Assert.Equal("ping data: ".Length + size - 1, last.Length);
    }

    private static async Task<string[]> Finish(Process process)
    {
        using var limit = new CancellationTokenSource(RdmaFixture.Patience);
        try
        {
            string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return output.Split('\n');
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>rping says nothing when it is ready; the kernel knows.</summary>
    private static async Task UntilListening(int port)
    {
        long deadline = Environment.TickCount64 + (long)RdmaFixture.Patience.TotalMilliseconds;
        while (Environment.TickCount64 < deadline)
        {
            using Process process = Process.Start(
                new ProcessStartInfo("rdma", ["resource", "show", "cm_id"]) { RedirectStandardOutput = true })!;
            string ids = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (ids.Split('\n').Any(line => line.Contains("state LISTEN") && line.Contains($":{port} ")))
                return;
        }
        throw new TimeoutException($"nobody listens on port {port}");
    }

    private Process Start(Program program, string role, int port, int size) => Process.Start(new ProcessStartInfo(
        program == Program.Ours ? Samples.Path("Rping") : "rping",
        [role, "-a", $"{Rdma.Address}", "-p", $"{port}", "-C", $"{Pings}", "-S", $"{size}", "-v", "-V"])
    {
        RedirectStandardOutput = true,
    })!;
}
