using System.Net;
using FastSockets.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using RdmaSharp.Tests.Device;

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
        Settle();
        Holdings before = Holdings.Read();
        OpenAndUse(inUse: () => Assert.NotEqual(before.Resources, Holdings.ReadResources()));
        Holdings.AssertBack(before);
    }

    private static RdmaNetwork Open(out string reason) => RdmaNetwork.TryOpen(
        new TransportOptions { ConnectTimeout = TimeSpan.FromSeconds(30) }, NullLogger.Instance, out reason)!;

    private static void OpenAndUse(Action? inUse = null)
    {
        using (RdmaNetwork network = Open(out string reason))
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
        using RdmaNetwork network = Open(out _);
        var queue = new AcceptQueue(200);
        using RdmaListener listener = network.Listen(new IPEndPoint(Machine.Address, 0), dualMode: false, queue);
        using Connection first = network.Connect(listener.LocalEndPoint, null).Connection!;
        // The first process that this one starts may leave descriptors with the runtime.
        string resources = Holdings.ReadResources();
        int descriptors = OpenDescriptors.Count();
        Connection[] connections = [.. Enumerable.Range(0, 150).Select(_ => network.Connect(listener.LocalEndPoint, null).Connection!)];
        Assert.InRange(OpenDescriptors.Count(), 0, descriptors);
        string now = Holdings.ReadResources();
        Assert.True(Holdings.AreWithin(now, resources), $"{resources} became {now}");
        foreach (Connection connection in connections)
            connection.Dispose();
    }

    /// <summary>Earlier tests' links, which end some time after their connections, must not end in the middle of this one.</summary>
    private static void Settle()
    {
        string last = Holdings.ReadResources();
        for (int attempt = 0; attempt < 20; attempt++)
        {
            Thread.Sleep(1500);
            string now = Holdings.ReadResources();
            if (now == last)
                break;

            last = now;
        }
    }
}
