using System.Diagnostics;
using System.Net;
using FastSockets.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastSockets.Integration.Tests;

/// <summary>The kernel's own counts of what a process holds of a device, from rdma(8).</summary>
[Trait("Category", "Rdma")]
public sealed class ResourceTests
{
    [Fact]
    public void Network_Disposed_LeavesNothingInTheKernel()
    {
        // The CM's library opens the devices once for the process, and keeps them.
        OpenAndUse();
        string before = SettledResources();
        int descriptors = Descriptors();
        OpenAndUse(inUse: () => Assert.NotEqual(before, Resources()));
        string after = Resources();
        Assert.True(Holdings.AreWithin(after, before), $"{before} became {after}");
        Assert.InRange(Descriptors(), 0, descriptors);
    }

    private static void OpenAndUse(Action? inUse = null)
    {
        using (RdmaNetwork network = RdmaNetwork.TryOpen(new TransportOptions(), NullLogger.Instance, out string reason)!)
        {
            Assert.Equal("", reason);
            var queue = new AcceptQueue(10);
            using RdmaListener listener = network.Listen(new IPEndPoint(Machine.Address, 0), dualMode: false, queue);
            ConnectOutcome outcome = network.Connect(listener.LocalEndPoint, null);
            Assert.Equal(FallbackReason.None, outcome.Reason);
            using Connection client = outcome.Connection!;
            using var server = (Connection)queue.Take(60_000)!;
            client.Send(new byte[100_000]);
            for (int received = 0; received < 100_000;)
                received += server.Receive(new byte[10_000], 60_000);

            inUse?.Invoke();
        }
    }

    [Fact]
    public void Connections_Many_HoldNoDescriptorEach()
    {
        using var network = RdmaNetwork.TryOpen(new TransportOptions(), NullLogger.Instance, out _)!;
        var queue = new AcceptQueue(200);
        using RdmaListener listener = network.Listen(new IPEndPoint(Machine.Address, 0), dualMode: false, queue);
        using Connection first = network.Connect(listener.LocalEndPoint, null).Connection!;
        // The first process that this one starts may leave descriptors with the runtime.
        string resources = Resources();
        int descriptors = Descriptors();
        Connection[] connections = [.. Enumerable.Range(0, 150).Select(_ => network.Connect(listener.LocalEndPoint, null).Connection!)];
        Assert.Equal(descriptors, Descriptors());
        string now = Resources();
        Assert.True(Holdings.AreWithin(now, resources), $"{resources} became {now}");
        foreach (Connection connection in connections)
            connection.Dispose();
    }

    /// <summary>Sockets, event channels and device files; not the files that the runtime opens and closes as it pleases.</summary>
    private static int Descriptors() => Directory.GetFiles("/proc/self/fd").Count(file =>
        new FileInfo(file).LinkTarget is { } target &&
        (target.StartsWith("socket:", StringComparison.Ordinal) || target.StartsWith("anon_inode:", StringComparison.Ordinal) ||
        target.StartsWith("/dev/infiniband", StringComparison.Ordinal)));

    /// <summary>Earlier tests' links, which end some time after their connections, must not end in the middle of this one.</summary>
    private static string SettledResources()
    {
        string last = Resources();
        for (int attempt = 0; attempt < 20; attempt++)
        {
            Thread.Sleep(1500);
            string now = Resources();
            if (now == last)
                break;

            last = now;
        }

        return last;
    }

    public static string Resources()
    {
        using Process rdma = Process.Start(new ProcessStartInfo("rdma", ["resource", "show"]) { RedirectStandardOutput = true })!;
        string text = rdma.StandardOutput.ReadToEnd();
        rdma.WaitForExit();
        Assert.Contains("qp", text, StringComparison.Ordinal);
        return text;
    }
}
