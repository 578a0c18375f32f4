using System.Net;
using System.Net.Sockets;
using FastSockets.Internal;
using FastSockets.Transport;

namespace FastSockets;

public sealed partial class FastSocket
{
    /// <summary>What a kernel makes of a larger backlog, too (net.core.somaxconn, listen(2)).</summary>
    private const int MaxBacklog = 4096;

    private const int PortAttempts = 8;

    private MergedListener? _listener;
    private volatile bool _listening;

    // Bound to port 0, and nobody has asked yet which port that became.
    private bool _portMayChange;

    /// <summary>Binds to a local address in TCP's port space; connecting and listening extend it to RDMA's.</summary>
    /// <param name="localEP">An <see cref="IPEndPoint"/>; port 0 picks a free one.</param>
    /// <exception cref="SocketException">AddressAlreadyInUse, AddressNotAvailable; InvalidArgument: bound.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public void Bind(EndPoint localEP)
    {
        ArgumentNullException.ThrowIfNull(localEP);
        ThrowIfDisposed();
        ThrowIfRdma(SocketError.InvalidArgument);
        Tcp.Bind(localEP);
        _portMayChange = localEP is IPEndPoint { Port: 0 };
    }

    /// <summary>Listens with the largest backlog.</summary>
    /// <inheritdoc cref="Listen(int)"/>
    public void Listen() => Listen(int.MaxValue);

    /// <summary>
    /// Listens by TCP and, on the same port, by RDMA; where RDMA cannot, by TCP alone: <see cref="Transport"/> and
    /// <see cref="FallbackReason"/> tell.
    /// </summary>
    /// <param name="backlog">How many connections may wait to be accepted, in each transport.</param>
    /// <exception cref="SocketException">What TCP says.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public void Listen(int backlog)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            ThrowIfRdma(SocketError.InvalidArgument);
            if (_listening || _tcp is { Connected: true })
            {
                Tcp.Listen(backlog);
                return;
            }
            if (Tcp.LocalEndPoint is null)
                Bind(new IPEndPoint(AnyAddress, 0));

            RdmaNetwork? network = SharedNetwork.Get(_options, out _reason, out _detail);
            if (network is null)
                ListenByTcp(backlog);
            else
                ListenByBoth(network, backlog);
            _listening = true;
        }
    }

    /// <summary>Takes the next connection, waiting for it unless the socket is non-blocking.</summary>
    /// <returns>The connected socket, the caller's to dispose.</returns>
    /// <exception cref="SocketException">Interrupted: closed meanwhile; WouldBlock; what TCP says.</exception>
    /// <exception cref="InvalidOperationException">The socket does not listen.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public FastSocket Accept()
    {
        ThrowIfDisposed();
        ThrowIfNotListening();
        if (_listener is not { } listener)
            return new FastSocket(this, Tcp.Accept());
        object? accepted = _settings.Blocking ? listener.Accept() : listener.TryAccept();
        return accepted is null ? throw new SocketException((int)SocketError.WouldBlock) : Accepted(accepted);
    }

    /// <inheritdoc cref="Accept"/>
    public Task<FastSocket> AcceptAsync() => AcceptAsync(CancellationToken.None).AsTask();

    /// <summary>Takes the next connection.</summary>
    /// <param name="cancellationToken">Ends the wait with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The connected socket, the caller's to dispose.</returns>
    /// <exception cref="SocketException">OperationAborted: closed meanwhile; what TCP says.</exception>
    /// <exception cref="InvalidOperationException">The socket does not listen.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public ValueTask<FastSocket> AcceptAsync(CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        ThrowIfNotListening();
        return WaitAsync();

        async ValueTask<FastSocket> WaitAsync() => Accepted(_listener is { } listener
            ? await listener.AcceptAsync(cancellationToken).ConfigureAwait(false)
            : await Tcp.AcceptAsync(cancellationToken).ConfigureAwait(false));
    }

    private IPAddress AnyAddress =>
        AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;

    private FastSocket Accepted(object accepted) => accepted is Connection connection
        ? new FastSocket(this, connection)
        : new FastSocket(this, (Socket)accepted);

    private void ListenByTcp(int backlog)
    {
        Tcp.Listen(backlog);
        _transport = FastTransport.Tcp;
        Log.ListeningByTcp(Logger, Tcp.LocalEndPoint, _reason, _detail);
    }

    private void ListenByBoth(RdmaNetwork network, int backlog)
    {
        // RDMA first: until TCP listens too, nobody can have been told of the port, so it may still change.
        var queue = new AcceptQueue((int)Math.Clamp((uint)backlog, 1, MaxBacklog))
        {
            ReceiveWindow = _settings.ReceiveBufferSize,
        };
        RdmaListener? rdma = ListenByRdma(network, queue);
        if (rdma is null)
        {
            ListenByTcp(backlog);
            return;
        }

        try
        {
            Tcp.Listen(backlog);
        }
        catch
        {
            rdma.Dispose();
            foreach (object early in queue.Close())
                ((Connection)early).Abort();
            throw;
        }
        _listener = new MergedListener(Tcp, rdma, queue, _options.SpinBudget, Logger);
        _transport = FastTransport.Rdma;
        Log.Listening(Logger, Tcp.LocalEndPoint);
    }

    private RdmaListener? ListenByRdma(RdmaNetwork network, AcceptQueue queue)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                var bound = (IPEndPoint)Tcp.LocalEndPoint!;
                IPEndPoint local = bound.Address.IsIPv4MappedToIPv6 ? Unmapped(bound) : bound;
                return network.Listen(local, _settings.DualMode == true, queue);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse
                && _portMayChange && attempt < PortAttempts)
            {
                BindToAnotherPort();
            }
            catch (SocketException exception)
            {
                _detail = $"listening by RDMA failed: {exception.Message}";
                _reason = exception.SocketErrorCode == SocketError.AddressNotAvailable
                    ? FallbackReason.NotLocal
                    : FallbackReason.DeviceError;
                if (_reason == FallbackReason.DeviceError)
                    Log.RdmaListenFailed(Logger, Tcp.LocalEndPoint, exception.Message);
                return null;
            }
        }
    }

    /// <summary>Replaces the TCP socket by one bound to another free port of the same address.</summary>
    private void BindToAnotherPort()
    {
        // The old port stays taken until the new one is bound, so the two differ.
        Socket old = _tcp!;
        Socket other = NewTcp();
        other.Bind(new IPEndPoint(((IPEndPoint)old.LocalEndPoint!).Address, 0));
        _tcp = other;
        old.Dispose();
    }

    private void ThrowIfNotListening()
    {
        if (!_listening)
            throw new InvalidOperationException("Call Bind and Listen before Accept.");
    }

    private void ThrowIfRdma(SocketError error)
    {
        if (_rdma is not null)
            throw new SocketException((int)error);
    }
}
