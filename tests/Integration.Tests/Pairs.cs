using System.Net;
using System.Net.Sockets;

namespace FastSockets.Integration.Tests;

/// <summary>A listener and what connects to it, all by RDMA unless the options say otherwise.</summary>
internal sealed class Pairs : IDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly FastSocketsOptions? _options;
    private readonly FastSocket _listener;
    private readonly List<FastSocket> _sockets = [];

    public Pairs(FastSocketsOptions? options = null)
    {
        _options = options;
        _listener = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp, options);
        _listener.Bind(new IPEndPoint(Machine.Address, 0));
        _listener.Listen(512);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
    }

    public IPEndPoint EndPoint { get; }

    public async Task<(FastSocket Client, FastSocket Server)> ConnectAsync()
    {
        var client = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp, _options);
        lock (_sockets)
            _sockets.Add(client);

        Task<FastSocket> accepting = _listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        await client.ConnectAsync(EndPoint, TestContext.Current.CancellationToken).AsTask().WaitAsync(Limit);
        FastSocket server = await accepting.WaitAsync(Limit);
        lock (_sockets)
            _sockets.Add(server);

        FastTransport expected = _options is { DisableRdma: true } ? FastTransport.Tcp : FastTransport.Rdma;
        Assert.True(
            (client.Transport, server.Transport) == (expected, expected),
            $"{client.Transport} and {server.Transport}: {client.FallbackReason}, {client.FallbackDetail}");
        return (client, server);
    }

    public void Dispose()
    {
        foreach (FastSocket socket in _sockets)
            socket.Dispose();

        _listener.Dispose();
    }
}
