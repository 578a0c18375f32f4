using System.Collections;
using System.Net;
using System.Net.Sockets;
using FastSockets.Integration.Tests.Hostile;

namespace FastSockets.Integration.Tests;

/// <summary>Where a connection by RDMA cannot be what a Socket is: it must say so, and why.</summary>
[Trait("Category", "Rdma")]
public sealed class SurfaceTests : IDisposable
{
    private readonly Pairs _pairs = new();

    public void Dispose() => _pairs.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task WhatOnlyTheKernelHas_NotSupportedWithAReason()
    {
        (FastSocket client, _) = await _pairs.ConnectAsync();
        var group = new MulticastOption(IPAddress.Parse("239.0.0.1"));
        EndPoint any = new IPEndPoint(IPAddress.Any, 0);
        Action[] calls =
        [
            () => _ = client.Handle,
            () => _ = client.SafeHandle,
            () => client.GetRawSocketOption(1, 9, new byte[4]),
            () => client.SetRawSocketOption(1, 9, new byte[4]),
            () => client.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, group),
            () => client.SendTo(new byte[1], any),
            () => client.ReceiveFrom(new byte[1], ref any),
        ];

        Assert.All(calls, call => Assert.True(Assert.Throws<NotSupportedException>(call).Message.Length > 20));
    }

    [Fact(Timeout = 120_000)]
    public async Task OutOfBand_OperationNotSupported()
    {
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();

        client.Send(new byte[1], SocketFlags.OutOfBand, out SocketError sending);
        server.Receive(new byte[1], SocketFlags.OutOfBand, out SocketError receiving);

        Assert.Equal((SocketError.OperationNotSupported, SocketError.OperationNotSupported), (sending, receiving));
        Assert.Equal(1, client.Send(new byte[1]));
    }

    [Theory(Timeout = 120_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HandleOrRawOption_BeforeConnect_KeepsTheSocketOnTcp(bool handle)
    {
        using var client = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (handle)
            Assert.False(client.SafeHandle.IsInvalid);
        else
            client.SetRawSocketOption(1, 9, BitConverter.GetBytes(1));

        await client.ConnectAsync(_pairs.EndPoint, TestContext.Current.CancellationToken).AsTask().WaitAsync(Pairs.Limit);

        Assert.Equal((FastTransport.Tcp, FallbackReason.KernelRequested), (client.Transport, client.FallbackReason));
        Assert.Equal(handle ? 0 : 1, client.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
    }

    /// <summary>The peer answers only after the handle was taken; that answer comes too late to be used.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Handle_TakenWhileConnecting_IsKept()
    {
        using var rdma = new HostileListener();
        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        tcp.Bind(rdma.EndPoint);
        tcp.Listen();
        using var client = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        Task connecting = client.ConnectAsync(rdma.EndPoint);
        RdmaSharp.CmEvent request = rdma.AwaitRequest();
        SafeSocketHandle handle = client.SafeHandle;
        using HostilePeer peer = HostilePeer.Accept(request, HostilePeer.Bytes(HostilePeer.Greeting));
        await connecting.WaitAsync(Pairs.Limit, TestContext.Current.CancellationToken);

        Assert.Equal((FastTransport.Tcp, FallbackReason.KernelRequested), (client.Transport, client.FallbackReason));
        Assert.False(handle.IsClosed);
        Assert.Same(handle, client.SafeHandle);
        Assert.Equal(1, client.Send(new byte[1]));
    }

    [Fact(Timeout = 120_000)]
    public async Task Disconnect_OfATcpConnection_ConnectIsRefusedToo()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(Machine.Address, 0));
        listener.Listen();
        using var client = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!).WaitAsync(Pairs.Limit);
        Assert.Equal(FastTransport.Tcp, client.Transport);

        client.Disconnect(reuseSocket: true);

        Assert.Throws<InvalidOperationException>(() => client.Connect(_pairs.EndPoint));
        await client.ConnectAsync(_pairs.EndPoint).WaitAsync(Pairs.Limit);
        Assert.Equal(FastTransport.Rdma, client.Transport);
    }

    [Fact(Timeout = 120_000)]
    public async Task Options_SetWhileOthersAreRead_DisturbNobody()
    {
        (FastSocket client, _) = await _pairs.ConnectAsync();
        (SocketOptionLevel Level, SocketOptionName Name)[] options =
        [
            (SocketOptionLevel.Socket, SocketOptionName.KeepAlive),
            (SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline),
            (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress),
            (SocketOptionLevel.Socket, SocketOptionName.Broadcast),
            (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime),
            (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval),
            (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount),
            (SocketOptionLevel.IP, SocketOptionName.TypeOfService),
            (SocketOptionLevel.IP, SocketOptionName.IpTimeToLive),
            (SocketOptionLevel.IP, SocketOptionName.DontFragment),
        ];
        using var end = new CancellationTokenSource();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task reading = Task.Factory.StartNew(
            () =>
            {
                do
                {
                    Assert.NotNull(client.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Type));
                    begun.TrySetResult();
                }
                while (!end.IsCancellationRequested);
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await begun.Task.WaitAsync(Pairs.Limit);

        foreach ((SocketOptionLevel level, SocketOptionName name) in options)
        {
            client.SetSocketOption(level, name, 1);
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        await end.CancelAsync();
        await reading.WaitAsync(Pairs.Limit);
    }

    [Fact(Timeout = 120_000)]
    public async Task Select_MixedTransportsAndPlainSockets_EachIsToldOf()
    {
        using var tcpOnly = new Pairs(new FastSocketsOptions { DisableRdma = true });
        (FastSocket rdmaClient, FastSocket rdma) = await _pairs.ConnectAsync();
        (FastSocket tcpClient, FastSocket tcp) = await tcpOnly.ConnectAsync();
        using var plain = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        plain.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        await SentTo(rdma, () => rdmaClient.Send(new byte[1]));
        rdma.Receive(new byte[1]);
        await SentTo(tcp, () => tcpClient.Send(new byte[1]));
        tcp.Receive(new byte[1]);
        await SentTo(plain, () => plain.SendTo(new byte[1], plain.LocalEndPoint!));

        async Task SentTo(object ready, Func<int> send)
        {
            var read = new ArrayList { rdma, tcp, plain };
            Task selecting = Task.Factory.StartNew(
                () => FastSocket.Select(read, null, null, TimeSpan.FromSeconds(60)),
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await Task.Delay(100, TestContext.Current.CancellationToken);
            Assert.False(selecting.IsCompleted);
            send();
            await selecting.WaitAsync(Pairs.Limit, TestContext.Current.CancellationToken);
            Assert.Same(ready, Assert.Single(read.Cast<object>()));
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Poll_ResetWhileWaiting_TheErrorIsToldToWhoReceives()
    {
        (FastSocket client, FastSocket server) = await _pairs.ConnectAsync();
        for (int i = 0; i < 100; i++)
            Assert.False(server.Poll(1000, SelectMode.SelectRead));
        client.Close(0);

        Assert.True(await Task.Run(() => server.Poll(-1, SelectMode.SelectRead)).WaitAsync(Pairs.Limit));

        Assert.Equal(
            SocketError.ConnectionReset, Assert.Throws<SocketException>(() => server.Receive(new byte[1])).SocketErrorCode);
    }
}
