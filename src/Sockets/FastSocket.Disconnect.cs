using System.Net.Sockets;
using FastSockets.Internal;

namespace FastSockets;

public sealed partial class FastSocket
{
    private bool _disconnected;

    /// <summary>Ends the connection in both directions, and keeps the socket.</summary>
    /// <param name="reuseSocket">
    /// The socket may connect again, by <see cref="ConnectAsync(System.Net.EndPoint)"/>; as with a <see cref="Socket"/>
    /// on Linux never by Connect.
    /// </param>
    /// <exception cref="SocketException">NotConnected.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public void Disconnect(bool reuseSocket)
    {
        ThrowIfDisposed();
        if (_rdma is { } rdma)
            EndRdma(rdma, reuseSocket)?.Close(Timeout.Infinite);
        else
        {
            Tcp.Disconnect(reuseSocket);
            DisconnectedByTcp(reuseSocket);
        }
    }

    /// <inheritdoc cref="Disconnect"/>
    /// <param name="reuseSocket">As for <see cref="Disconnect"/>.</param>
    /// <param name="cancellationToken">Looked at before it begins.</param>
    public ValueTask DisconnectAsync(bool reuseSocket, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        if (_rdma is not { } rdma)
            return WaitAsync(Tcp.DisconnectAsync(reuseSocket, cancellationToken));
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        return DisconnectRdmaAsync(rdma, reuseSocket);

        async ValueTask WaitAsync(ValueTask disconnecting)
        {
            await disconnecting.ConfigureAwait(false);
            DisconnectedByTcp(reuseSocket);
        }
    }

    private async ValueTask DisconnectRdmaAsync(RdmaStream rdma, bool reuseSocket)
    {
        if (EndRdma(rdma, reuseSocket) is not { } toClose)
            return;
        // Lingering blocks.
        if (_settings.Linger is { Enabled: true, LingerTime: > 0 })
            await Task.Run(() => toClose.Close(Timeout.Infinite)).ConfigureAwait(false);
        else
            toClose.Close(Timeout.Infinite);
    }

    /// <summary>Ends both directions, or to connect again lets go of the stream, which is to be closed then.</summary>
    private RdmaStream? EndRdma(RdmaStream rdma, bool reuseSocket)
    {
        _disconnected = true;
        if (!reuseSocket)
        {
            rdma.Shutdown(SocketShutdown.Both);
            return null;
        }

        lock (_gate)
        {
            ThrowIfDisposed();
            _rdma = null;
            _transport = FastTransport.None;
        }
        return rdma;
    }

    private void DisconnectedByTcp(bool reuseSocket)
    {
        _disconnected = true;
        if (reuseSocket && IsForTcp)
            _transport = FastTransport.None;
    }

    /// <summary>What a stream does when it closes its socket: the peer's end comes, whatever state this is in.</summary>
    internal void ShutdownQuietly()
    {
        try
        {
            Shutdown(SocketShutdown.Both);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }
    }

    private void ThrowIfDisconnected()
    {
        if (_disconnected)
            throw new InvalidOperationException("A socket that was disconnected can only connect asynchronously.");
    }
}
