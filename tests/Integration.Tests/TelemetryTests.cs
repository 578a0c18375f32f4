using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using FastSockets.Internal;
using FastSockets.Sockets.Tests;
using FastSockets.Transport;
using FastSockets.Transport.Protocol;

namespace FastSockets.Integration.Tests;

/// <summary>What the meters and the activity source tell of connections by RDMA, and that a plain peer is tried by RDMA once.</summary>
[Trait("Category", "Rdma")]
public sealed class TelemetryTests(ITestOutputHelper output) : IDisposable
{
    private const int Size = 300_000;

    private readonly Pairs _pairs = new();

    public void Dispose() => _pairs.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task Meters_TransferByRdma_BytesCopiesAndConnectionsAreSeen()
    {
        (FastSocket first, FastSocket firstServer) = await _pairs.ConnectAsync();
        await EarlierConnectionsAreGoneAsync();
        Dictionary<string, long> before = Instruments.Observe("FastSockets", "RdmaSharp");
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        Task sending = client.SendAsync(new byte[Size], TestContext.Current.CancellationToken).AsTask();
        for (int received = 0; received < Size;)
            received += await server.ReceiveAsync(new byte[10_000], TestContext.Current.CancellationToken);
        await sending;
        // Earlier tests' links and connections may end at any time, and none is made.
        (int Links, int Connections) most = CountAll();
        Dictionary<string, long> after = Instruments.Observe("FastSockets", "RdmaSharp");
        (int Links, int Connections) least = CountAll();
        output.WriteLine(string.Join('\n', after.Select(
            value => $"{value.Key} = {value.Value}, {value.Value - before.GetValueOrDefault(value.Key)} of it now")));

        Assert.Equal(1, Grown("fastsockets.connections", "transport=rdma fastsockets.role=connect"));
        Assert.Equal(1, Grown("fastsockets.connections", "transport=rdma fastsockets.role=accept"));
        // Both ends of the two pairs are this process's, and so one device's.
        Assert.InRange(Sum(after, "fastsockets.connections.active", ""), Math.Max(4, least.Connections), most.Connections);
        Assert.Equal(Size, Grown("fastsockets.io", "direction=transmit"));
        Assert.Equal(Size, Grown("fastsockets.io", "direction=receive"));
        Assert.Equal(Size, Grown("fastsockets.copies", "kind=sent."));
        Assert.Equal(Size, Grown("fastsockets.copies", "kind=received."));
        Assert.InRange(Sum(after, "fastsockets.links", ""), Math.Max(2, least.Links), most.Links);
        Assert.True(after["rdmasharp.queue_pairs"] >= 2);
        Assert.True(after["rdmasharp.memory.registered"] >= 2 * 1024 * 1024);
        Assert.True(after["rdmasharp.cm.events rdmasharp.cm.event=Established"] >= 2);
        Assert.True(first.Connected && firstServer.Connected);

        long Grown(string name, string tag) => Sum(after, name, tag) - Sum(before, name, tag);

        static (int Links, int Connections) CountAll()
        {
            IReadOnlyList<Link> links = SharedNetwork.Current!.Links;
            return (links.Count, links.Sum(link => link.ConnectionCount));
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task ActivitySource_ByRdma_SaysSo()
    {
        var stopped = new List<Activity>();
        using var listener = new ActivityListener
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

        await _pairs.ConnectAsync();

        lock (stopped)
        {
            Assert.Equal(["FastSockets.Accept", "FastSockets.Connect"], stopped.Select(one => one.OperationName).Order());
            Assert.All(stopped, activity => Assert.Equal(
                ("rdma", Machine.Address.ToString()),
                (activity.GetTagItem("network.transport"), activity.GetTagItem("network.peer.address"))));
        }
    }

    [Theory(Timeout = 120_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PlainPeer_ConnectedToAgain_IsNotTriedByRdmaAgain(bool blocking)
    {
        using var plain = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        plain.Bind(new IPEndPoint(Machine.Address, 0));
        plain.Listen();
        // An attempt for each address and port; those made for what went before are not counted.
        await _pairs.ConnectAsync();
        long before = SharedNetwork.Current!.LinkAttempts;

        string[] details = new string[5];
        for (int i = 0; i < details.Length; i++)
        {
            using var client = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            if (blocking)
                await Task.Run(() => client.Connect(plain.LocalEndPoint!), TestContext.Current.CancellationToken);
            else
                await client.ConnectAsync(plain.LocalEndPoint!, TestContext.Current.CancellationToken);

            Assert.Equal(
                (FastTransport.Tcp, FallbackReason.PeerWithoutFastSockets), (client.Transport, client.FallbackReason));
            details[i] = client.FallbackDetail;
        }

        Assert.Equal(1, SharedNetwork.Current.LinkAttempts - before);
        Assert.Equal(
            [false, true, true, true, true],
            details.Select(detail => detail.Contains("remembered", StringComparison.Ordinal)));
    }

    /// <summary>By turns, so that both meet the same machine. The figures are printed; only what they come from is asserted.</summary>
    [Fact(Timeout = 120_000)]
    public async Task PlainPeer_ConnectCost_BesideSocket()
    {
        using var plain = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        plain.Bind(new IPEndPoint(Machine.Address, 0));
        plain.Listen(512);
        EndPoint remote = plain.LocalEndPoint!;
        // Socket's code comes compiled; this assembly's is compiled anew while it is used, which takes thousands of calls.
        const int Rounds = 1000, WarmUp = 6000;
        double[] bySocket = new double[Rounds], byFastSocket = new double[Rounds];
        await Task.Factory.StartNew(
            () =>
            {
                for (int i = -WarmUp; i < Rounds; i++)
                {
                    double first = i % 2 == 0 ? Connect() : ConnectFast();
                    double second = i % 2 == 0 ? ConnectFast() : Connect();
                    if (i >= 0)
                        (bySocket[i], byFastSocket[i]) = i % 2 == 0 ? (first, second) : (second, first);
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Array.Sort(bySocket);
        Array.Sort(byFastSocket);
        output.WriteLine(
            $"connect and close, median of {Rounds}: Socket {bySocket[Rounds / 2]:0.0} us, FastSocket {byFastSocket[Rounds / 2]:0.0} us, " +
            $"ratio {byFastSocket[Rounds / 2] / bySocket[Rounds / 2]:0.000}; quarter {byFastSocket[Rounds / 4] / bySocket[Rounds / 4]:0.000}");

        double Connect()
        {
            long start = Stopwatch.GetTimestamp();
            using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
                socket.Connect(remote);
            return Taken(start);
        }

        double ConnectFast()
        {
            long start = Stopwatch.GetTimestamp();
            FallbackReason reason;
            using (var socket = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
            {
                socket.Connect(remote);
                reason = socket.FallbackReason;
            }
            double taken = Taken(start);
            Assert.Equal(FallbackReason.PeerWithoutFastSockets, reason);
            return taken;
        }

        double Taken(long start)
        {
            double taken = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            plain.Accept().Dispose();
            return taken;
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task TcpRule_WhereRdmaWould_IsFollowed()
    {
        var options = new FastSocketsOptions { Rules = [new(FastTransport.Tcp, Machine.Address.ToString())] };
        using var client = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp, options);
        await client.ConnectAsync(_pairs.EndPoint, TestContext.Current.CancellationToken);
        using var listener = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp, options);
        listener.Bind(new IPEndPoint(Machine.Address, 0));
        listener.Listen();

        Assert.Equal((FastTransport.Tcp, FallbackReason.Disabled), (client.Transport, client.FallbackReason));
        Assert.Equal((FastTransport.Tcp, FallbackReason.Disabled), (listener.Transport, listener.FallbackReason));
    }

    [Fact]
    public void Devices_OthersNamed_NoNetworkAndAReason()
    {
        Assert.Null(RdmaNetwork.TryOpen(
            new TransportOptions { Devices = ["mlx5_99"] }, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, out string reason));
        Assert.Contains("mlx5_99", reason, StringComparison.Ordinal);
    }

    /// <summary>Closing takes its time, and for those that were abandoned it begins with the collector.</summary>
    private static async Task EarlierConnectionsAreGoneAsync()
    {
        const int Quiet = 20;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long last = -1;
        for (int still = 0; still < Quiet; still++)
        {
            long now = Sum(Instruments.Observe("FastSockets"), "fastsockets.connections.active", "");
            if (now != last)
                still = 0;

            last = now;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static long Sum(Dictionary<string, long> values, string name, string tag) => values
        .Where(value => value.Key.Split(' ')[0] == name && value.Key.Contains(tag, StringComparison.Ordinal))
        .Sum(value => value.Value);
}
