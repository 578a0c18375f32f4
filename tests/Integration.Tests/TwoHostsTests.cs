using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace FastSockets.Integration.Tests;

/// <summary>Two machines on one link: the same test runs on both, each in its role.</summary>
[Trait("Category", "TwoHosts")]
public sealed class TwoHostsTests
{
    private const int Port = 7272;
    private const int Size = 2 * 1024 * 1024;
    private const int Connections = 8;

    private static readonly Signal s_listening = new("two-hosts-listening");

    [Fact]
    public async Task Connections_BetweenHosts_RunByRdma()
    {
        if (Machine.IsServer)
            await ServeAsync().WaitAsync(Pairs.Limit);
        else
            await CallAsync().WaitAsync(Pairs.Limit);
    }

    private static async Task ServeAsync()
    {
        using var listener = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, Port));
        listener.Listen();
        s_listening.Raise();
        var serving = new List<Task>();
        for (int i = 0; i < Connections; i++)
            serving.Add(EchoAsync(await listener.AcceptAsync()));

        await Task.WhenAll(serving);
    }

    private static async Task EchoAsync(FastSocket socket)
    {
        using (socket)
        {
            Assert.Equal(FastTransport.Rdma, socket.Transport);
            Assert.Equal(Machine.Peer, ((IPEndPoint)socket.RemoteEndPoint!).Address);
            byte[] data = await TransferTests.ReceiveExactlyAsync(socket, Size);
            await TransferTests.SendAllAsync(socket, data);
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
        }
    }

    private static async Task CallAsync()
    {
        byte[] data = RandomNumberGenerator.GetBytes(Size);
        await s_listening.AwaitAsync();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            using FastSocket socket = await ConnectAsync(Port);
            Task<byte[]> echo = TransferTests.ReceiveExactlyAsync(socket, Size);
            await TransferTests.SendAllAsync(socket, data);
            Assert.Equal(data, await echo);
            socket.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1]));
        }));
    }

    /// <summary>Connects to the other host, which listens.</summary>
    internal static async Task<FastSocket> ConnectAsync(int port)
    {
        var socket = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(Machine.Peer, port));
        Assert.Equal((FastTransport.Rdma, FallbackReason.None), (socket.Transport, socket.FallbackReason));
        return socket;
    }
}
