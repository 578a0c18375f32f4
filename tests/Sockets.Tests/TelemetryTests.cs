using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;

namespace FastSockets.Sockets.Tests;

/// <summary>What the meter and the activity source tell of connections by TCP. Other tests connect meanwhile, too.</summary>
[Collection(nameof(TelemetryTests))]
public sealed class TelemetryTests
{
    private static readonly FastSocketsOptions s_tcpOnly = new() { DisableRdma = true };

    [Fact]
    public void Meter_ConnectionsByTcp_AreCountedByRoleAndReason()
    {
        (FastSocket first, FastSocket firstAccepted) = FastSocketTests.Connect(s_tcpOnly);
        Dictionary<string, long> before = Instruments.Observe("FastSockets");
        for (int i = 0; i < 3; i++)
        {
            (FastSocket client, FastSocket server) = FastSocketTests.Connect(s_tcpOnly);
            client.Dispose();
            server.Dispose();
        }
        Dictionary<string, long> after = Instruments.Observe("FastSockets");
        first.Dispose();
        firstAccepted.Dispose();

        Assert.All(
            [
                ("fastsockets.connections fastsockets.transport=tcp fastsockets.role=connect", 3),
                ("fastsockets.connections fastsockets.transport=tcp fastsockets.role=accept", 3),
                ("fastsockets.fallbacks fastsockets.reason=Disabled", 6),
            ],
            expected => Assert.True(after[expected.Item1] - before[expected.Item1] >= expected.Item2, expected.Item1));
        Assert.Contains("fastsockets.connections fastsockets.transport=rdma fastsockets.role=connect", after.Keys);
    }

    [Fact]
    public void Meter_ConnectDuration_IsRecordedInSeconds()
    {
        var durations = new List<(double Seconds, string? Transport)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument is { Meter.Name: "FastSockets", Name: "fastsockets.connect.duration" })
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            lock (durations)
                durations.Add((seconds, tags[0].Value as string));
        });
        listener.Start();

        (FastSocket client, FastSocket server) = FastSocketTests.Connect(s_tcpOnly);
        client.Dispose();
        server.Dispose();

        lock (durations)
            Assert.Contains(durations, made => made is { Transport: "tcp", Seconds: > 0 and < 60 });
    }

    [Fact]
    public async Task ActivitySource_ConnectAndAccept_TellPeerTransportAndReason()
    {
        var stopped = new List<Activity>();
        using ActivityListener listener = Listen(stopped);
        using var parent = new Activity("test").Start();
        using FastSocket listening = NewSocket();
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        int port = ((IPEndPoint)listening.LocalEndPoint!).Port;
        using FastSocket blocking = NewSocket(), asynchronous = NewSocket();
        blocking.Connect(IPAddress.Loopback, port);
        await asynchronous.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        using FastSocket accepted = listening.Accept();
        Assert.Same(parent, Activity.Current);

        Activity[] mine;
        lock (stopped)
            mine = [.. stopped.Where(activity => activity.TraceId == parent.TraceId)];
        Assert.Equal(["FastSockets.Connect", "FastSockets.Connect", "FastSockets.Accept"], mine.Select(one => one.OperationName));
        Assert.All(mine, activity =>
        {
            Assert.Equal("127.0.0.1", activity.GetTagItem("network.peer.address"));
            Assert.Equal("tcp", activity.GetTagItem("network.transport"));
            Assert.Equal("Disabled", activity.GetTagItem("fastsockets.reason"));
            Assert.Equal(ActivityStatusCode.Unset, activity.Status);
        });
        Assert.Equal(
            [port, port, ((IPEndPoint)accepted.RemoteEndPoint!).Port], mine.Select(one => one.GetTagItem("network.peer.port")));
        Assert.Equal($"connect 127.0.0.1:{port}", mine[0].DisplayName);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ActivitySource_Refused_TellsTheError(bool blocking)
    {
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var stopped = new List<Activity>();
        using ActivityListener listener = Listen(stopped);
        using var parent = new Activity("test").Start();
        using FastSocket client = NewSocket();

        if (blocking)
            Assert.Throws<SocketException>(() => client.Connect(bound.LocalEndPoint!));
        else
            await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(bound.LocalEndPoint!));

        lock (stopped)
        {
            Activity activity = Assert.Single(stopped, one => one.TraceId == parent.TraceId);
            Assert.Equal((ActivityStatusCode.Error, "ConnectionRefused"), (activity.Status, activity.GetTagItem("error.type")));
        }
    }

    [Fact]
    public void SetUp_NobodyListens_AllocatesNothing()
    {
        var remote = new IPEndPoint(IPAddress.Loopback, 1);
        MakeSetUp(remote);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            MakeSetUp(remote);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // The other tests of this collection, which listen, do not run beside this one.
        Assert.Equal(0, allocated);

        static void MakeSetUp(IPEndPoint remote)
        {
            Internal.SetUp.Connecting(remote).Connected(FastTransport.Kernel, FallbackReason.None);
            Internal.SetUp.Accepting().Failed(s_failure);
        }
    }

    private static readonly Exception s_failure = new InvalidOperationException();

    private static ActivityListener Listen(List<Activity> stopped)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "FastSockets",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (stopped)
                    stopped.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static FastSocket NewSocket() =>
        new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp, s_tcpOnly);
}
