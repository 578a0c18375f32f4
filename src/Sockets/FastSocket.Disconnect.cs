using System.Net.Sockets;
using FastSockets.Internal;
using FastSockets.Transport;

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
            DisconnectRdma(rdma, reuseSocket);
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
        DisconnectRdma(rdma, reuseSocket);
        return ValueTask.CompletedTask;

        async ValueTask WaitAsync(ValueTask disconnecting)
        {
            await disconnecting.ConfigureAwait(false);
            DisconnectedByTcp(reuseSocket);
        }
    }

    private void DisconnectRdma(RdmaStream rdma, bool reuseSocket)
    {
        _disconnected = true;
        if (!reuseSocket)
        {
            rdma.Shutdown(SocketShutdown.Both);
            return;
        }

        lock (_gate)
        {
            ThrowIfDisposed();
            _rdma = null;
            _transport = FastTransport.None;
        }
        rdma.Close(Timeout.Infinite);
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
