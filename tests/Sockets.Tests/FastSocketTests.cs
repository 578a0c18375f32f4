using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using NSubstitute;

namespace FastSockets.Sockets.Tests;

/// <summary>What a FastSocket has that a Socket has not.</summary>
public sealed class FastSocketTests
{
    private static readonly FastSocketsOptions s_tcpOnly = new() { DisableRdma = true };

    [Fact]
    public void Constructor_NotForTcp_IsTheKernels()
    {
        using var udp = new FastSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var peer = new FastSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        peer.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        byte[] buffer = new byte[10];

        Assert.Equal(3, udp.SendTo([1, 2, 3], peer.LocalEndPoint!));
        Assert.Equal(3, peer.ReceiveFrom(buffer, ref from));

        Assert.Equal(udp.LocalEndPoint, from);
        Assert.Equal(FastTransport.Kernel, udp.Transport);
        Assert.Equal(FallbackReason.KernelRequested, udp.FallbackReason);
        Assert.Equal(SocketType.Dgram, udp.SocketType);
    }

    [Fact]
    public void Constructor_UnixDomain_StreamsByTheKernel()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var listener = new FastSocket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        using var client = new FastSocket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(path));
        using FastSocket server = listener.Accept();
        File.Delete(path);

        Assert.Equal(2, client.Send([1, 2]));
        Assert.Equal(2, server.Receive(new byte[9]));
        Assert.Equal((FastTransport.Kernel, FastTransport.Kernel), (client.Transport, server.Transport));
    }

    [Fact]
    public void Constructor_KindThatTheKernelDoesNotKnow_SocketException() =>
        Assert.Throws<SocketException>(
            () => new FastSocket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Udp));

    [Fact]
    public void Constructor_Handle_TakesTheSocketOver()
    {
        using var plain = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        plain.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        plain.Listen();
        using var listener = new FastSocket(plain.SafeHandle);
        using FastSocket client = NewSocket(s_tcpOnly);
        client.Connect(listener.LocalEndPoint!);
        using FastSocket server = listener.Accept();

        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
        Assert.Equal(FallbackReason.KernelRequested, listener.FallbackReason);
    }

    [Fact]
    public void Constructor_HandleThatIsOnlyBound_ListensWhenTold()
    {
        using var plain = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        plain.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var listener = new FastSocket(plain.SafeHandle);

        Assert.Throws<InvalidOperationException>(() => listener.Accept());
        listener.Listen();
        using FastSocket client = NewSocket(s_tcpOnly);
        client.Connect(listener.LocalEndPoint!);
        using FastSocket server = listener.Accept();

        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
    }

    [Fact]
    public void Constructor_HandleOfUnixListener_Accepts()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var plain = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        plain.Bind(new UnixDomainSocketEndPoint(path));
        plain.Listen();
        using var listener = new FastSocket(plain.SafeHandle);
        using var client = new FastSocket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(path));

        using FastSocket server = listener.Accept();
        File.Delete(path);

        Assert.True(server.Connected);
    }

    [Fact]
    public void Connect_NonBlockingByTcp_SaysTcpWhenConnected()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using FastSocket client = NewSocket(s_tcpOnly);
        client.Blocking = false;
        Assert.ThrowsAny<SocketException>(() => client.Connect(listener.LocalEndPoint!));

        Assert.True(client.Poll(60_000_000, SelectMode.SelectWrite));

        Assert.Equal(1, client.Send(new byte[1]));
        Assert.Equal((true, FastTransport.Tcp), (client.Connected, client.Transport));
    }

    [Fact]
    public void SafeHandle_BeforeConnect_KeepsTheSocketOnTcp()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using FastSocket client = NewSocket(s_tcpOnly);
        Assert.False(client.SafeHandle.IsInvalid);

        client.Connect(listener.LocalEndPoint!);

        Assert.Equal(FastTransport.Tcp, client.Transport);
        Assert.Equal(FallbackReason.KernelRequested, client.FallbackReason);
        Assert.NotEqual(-1, client.Handle);
    }

    [Fact]
    public void Constructor_WithoutFamily_IsDualModeLikeSocket()
    {
        using var fast = new FastSocket(SocketType.Stream, ProtocolType.Tcp);
        using var plain = new Socket(SocketType.Stream, ProtocolType.Tcp);

        Assert.Equal((plain.AddressFamily, plain.DualMode), (fast.AddressFamily, fast.DualMode));
    }

    [Fact]
    public void Transport_Fresh_IsNone()
    {
        using var socket = NewSocket(s_tcpOnly);

        Assert.Equal(FastTransport.None, socket.Transport);
        Assert.Equal(FallbackReason.None, socket.FallbackReason);
        Assert.Equal("no transport yet", socket.FallbackDetail);
    }

    [Fact]
    public void Transport_AfterClose_IsStillReadable()
    {
        (FastSocket client, FastSocket server) = Connect(s_tcpOnly);
        client.Dispose();
        server.Dispose();

        Assert.Equal(FastTransport.Tcp, client.Transport);
        Assert.Equal(FallbackReason.Disabled, client.FallbackReason);
        Assert.Equal("TCP: DisableRdma is set", client.FallbackDetail);
    }

    [Fact]
    public void FreshSocket_OptionsSetAndRead_CostNoFileDescriptor()
    {
        const int Count = 3000;
        int before = OpenSockets();
        FastSocket[] sockets = [.. Enumerable.Range(0, Count).Select(_ => NewSocket(s_tcpOnly))];
        foreach (FastSocket socket in sockets)
        {
            socket.NoDelay = true;
            socket.SendTimeout = 1;
            socket.LingerState = new LingerOption(true, 1);
            socket.SendBufferSize = 10_000;
            Assert.True(socket.NoDelay && socket.LingerState!.Enabled && socket.LocalEndPoint is null);
        }

        // Other tests open and close sockets meanwhile, but not so many.
        Assert.InRange(OpenSockets() - before, -Count / 2, Count / 2);
        Array.ForEach(sockets, socket => socket.Dispose());

        static int OpenSockets() => Directory.GetFiles("/proc/self/fd")
            .Count(path => new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void Connect_ByTcp_TheChoiceIsLogged()
    {
        ILogger logger = Substitute.For<ILogger>();
        logger.IsEnabled(Arg.Any<LogLevel>()).Returns(true);
        ILoggerFactory factory = Substitute.For<ILoggerFactory>();
        factory.CreateLogger("FastSockets").Returns(logger);

        (FastSocket client, FastSocket server) = Connect(new() { DisableRdma = true, LoggerFactory = factory });
        client.Dispose();
        server.Dispose();

        int[] events = [.. logger.ReceivedCalls()
            .Where(call => call.GetMethodInfo().Name == nameof(ILogger.Log))
            .Select(call => ((EventId)call.GetArguments()[1]!).Id)];
        Assert.Equal([6, 4], events);
    }

    [Fact]
    public void SpinBudget_Default_IsFiniteAndSettable()
    {
        var options = new FastSocketsOptions();
        Assert.True(options.SpinBudget >= TimeSpan.Zero);

        options.SpinBudget = Timeout.InfiniteTimeSpan;

        Assert.Equal(Timeout.InfiniteTimeSpan, options.SpinBudget);
    }

    [Fact]
    public async Task Close_WhileOthersUseTheSocket_OnlySocketExceptions()
    {
        for (int round = 0; round < 50; round++)
        {
            (FastSocket client, FastSocket server) = Connect(s_tcpOnly);
            Task[] users =
            [
                Use(() => client.Send(new byte[1000])),
                Use(() => client.Receive(new byte[1000])),
                Use(() => _ = client.RemoteEndPoint),
                Use(() => client.NoDelay = true),
            ];
            server.Send(new byte[10]);
            await Task.Yield();
            client.Dispose();
            server.Dispose();
            await Task.WhenAll(users).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }

        static Task Use(Action call) => Task.Factory.StartNew(
            () =>
            {
                try
                {
                    for (int i = 0; i < 1000; i++)
                        call();
                }
                catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
                {
                }
            },
            TaskCreationOptions.LongRunning);
    }

    internal static (FastSocket Client, FastSocket Server) Connect(FastSocketsOptions options)
    {
        using FastSocket listener = NewSocket(options);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        FastSocket client = NewSocket(options);
        client.Connect(listener.LocalEndPoint!);
        return (client, listener.Accept());
    }

    private static FastSocket NewSocket(FastSocketsOptions options) =>
        new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp, options);
}
