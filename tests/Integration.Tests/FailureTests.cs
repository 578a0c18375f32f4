using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FastSockets.Integration.Tests;

/// <summary>Peers in processes of their own, so that they can be killed.</summary>
[Trait("Category", "Rdma")]
public sealed class FailureTests : IDisposable
{
    private const int Port = 7171;

    private readonly Process _peer;

    public FailureTests()
    {
        _peer = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Echo.dll"), "server", $"{Port}"])
        {
            RedirectStandardOutput = true,
        })!;
        string? line = _peer.StandardOutput.ReadLine();
        Assert.StartsWith("listening", line);
        _ = _peer.StandardOutput.ReadToEndAsync();
    }

    public void Dispose()
    {
        _peer.Kill();
        _peer.WaitForExit();
        _peer.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Peer_Killed_ResetsItsConnections(bool isBlocking)
    {
        using FastSocket socket = await ConnectAsync();
        using FastSocket second = await ConnectAsync();
        await EchoAsync(socket);
        byte[] buffer = new byte[10];
        Task<int> waiting = isBlocking ? Task.Run(() => socket.Receive(buffer)) : socket.ReceiveAsync(buffer);
        Task<int> alsoWaiting = second.ReceiveAsync(new byte[10]);
        await Task.Delay(100);
        Assert.False(waiting.IsCompleted);

        var clock = Stopwatch.StartNew();
        _peer.Kill();
        SocketException e = await Assert.ThrowsAsync<SocketException>(() => waiting.WaitAsync(Pairs.Limit));
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        e = await Assert.ThrowsAsync<SocketException>(() => alsoWaiting.WaitAsync(Pairs.Limit));
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"it took {clock.Elapsed}");
        e = Assert.Throws<SocketException>(() => socket.Send(new byte[1]));
        Assert.Equal(SocketError.Shutdown, e.SocketErrorCode);
    }

    [Fact]
    public async Task Connect_AfterThePeerWasKilled_IsRefused_AndWorksAgainWithTheNext()
    {
        using (FastSocket socket = await ConnectAsync())
            await EchoAsync(socket);

        _peer.Kill();
        await _peer.WaitForExitAsync(TestContext.Current.CancellationToken);
        using (var socket = NewSocket())
        {
            SocketException e = await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync(EndPoint).WaitAsync(Pairs.Limit));
            Assert.Equal(SocketError.ConnectionRefused, e.SocketErrorCode);
        }
    }

    [Fact]
    public async Task Peer_Killed_DisturbsNobodyElse()
    {
        using var others = new Pairs();
        (FastSocket client, FastSocket server) = await others.ConnectAsync();
        using FastSocket doomed = await ConnectAsync();
        await EchoAsync(doomed);
        Task<int> waiting = doomed.ReceiveAsync(new byte[1]);
        Task<byte[]> receiving = TransferTests.ReceiveExactlyAsync(server, 2_000_000);
        Task sending = TransferTests.SendAllAsync(client, new byte[2_000_000]);
        _peer.Kill();
        await Assert.ThrowsAsync<SocketException>(() => waiting.WaitAsync(Pairs.Limit));
        await sending.WaitAsync(Pairs.Limit);
        await receiving.WaitAsync(Pairs.Limit);
    }

    private static IPEndPoint EndPoint => new(Machine.Address, Port);

    private static FastSocket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private static async Task<FastSocket> ConnectAsync()
    {
        FastSocket socket = NewSocket();
        await socket.ConnectAsync(EndPoint).WaitAsync(Pairs.Limit);
        Assert.Equal((FastTransport.Rdma, FallbackReason.None), (socket.Transport, socket.FallbackReason));
        return socket;
    }

    private static async Task EchoAsync(FastSocket socket)
    {
        byte[] data = [1, 2, 3];
        await socket.SendAsync(data);
        Assert.Equal(data, await TransferTests.ReceiveExactlyAsync(socket, 3).WaitAsync(Pairs.Limit));
    }
}
