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
            if (_listening || _tcp is { Connected: true } || !IsForTcp)
            {
                Tcp.Listen(backlog);
                _listening = true;
                return;
            }
            if (Tcp.LocalEndPoint is null)
                Bind(new IPEndPoint(AnyAddress, 0));

            RdmaNetwork? network = Network(_options.RuleFor(null, BoundTo));
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
            return Accepted(Tcp.Accept());
        object? accepted = _settings.Blocking ? listener.Accept() : listener.TryAccept();
        return accepted is null ? throw new SocketException((int)SocketError.WouldBlock) : Accepted(accepted);
    }

    /// <inheritdoc cref="Accept"/>
    public Task<FastSocket> AcceptAsync() => AcceptAsync(CancellationToken.None).AsTask();

    /// <inheritdoc cref="AcceptAsync(FastSocket, CancellationToken)"/>
    public ValueTask<FastSocket> AcceptAsync(CancellationToken cancellationToken) =>
        AcceptAsync(null, cancellationToken);

    /// <inheritdoc cref="AcceptAsync(FastSocket, CancellationToken)"/>
    public Task<FastSocket> AcceptAsync(FastSocket? acceptSocket) =>
        AcceptAsync(acceptSocket, CancellationToken.None).AsTask();

    /// <summary>Takes the next connection.</summary>
    /// <param name="acceptSocket">A fresh socket that is to carry it; null: a new one.</param>
    /// <param name="cancellationToken">Ends the wait with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The connected socket, the caller's to dispose.</returns>
    /// <exception cref="SocketException">OperationAborted: closed meanwhile; what TCP says.</exception>
    /// <exception cref="InvalidOperationException">
    /// The socket does not listen, or <paramref name="acceptSocket"/> is bound or connected.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public ValueTask<FastSocket> AcceptAsync(FastSocket? acceptSocket, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        ThrowIfNotListening();
        if (acceptSocket is { IsBound: true })
            throw new InvalidOperationException("The socket to accept into must not be bound or connected.");
        return WaitAsync();

        async ValueTask<FastSocket> WaitAsync() => Accepted(
            _listener is { } listener
                ? await listener.AcceptAsync(cancellationToken).ConfigureAwait(false)
                : await Tcp.AcceptAsync(cancellationToken).ConfigureAwait(false),
            acceptSocket);
    }

    private IPEndPoint BoundTo
    {
        get
        {
            var bound = (IPEndPoint)Tcp.LocalEndPoint!;
            return bound.Address.IsIPv4MappedToIPv6 ? Unmapped(bound) : bound;
        }
    }

    private IPAddress AnyAddress =>
        AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;

    private FastSocket Accepted(object accepted, FastSocket? into = null)
    {
        SetUp setUp = SetUp.Accepting();
        try
        {
            into ??= new FastSocket(this);
            into.TakeOver(this, accepted);
        }
        catch (Exception exception)
        {
            setUp.Failed(exception);
            throw;
        }
        setUp.Accepted(into);
        return into;
    }

    /// <summary>Becomes the end that <paramref name="listener"/> accepted.</summary>
    private void TakeOver(FastSocket listener, object accepted)
    {
        Socket? unused;
        lock (_gate)
        {
            if (_disposed || IsBound)
            {
                (accepted as Connection)?.Abort();
                (accepted as Socket)?.Close(0);
                ThrowIfDisposed();
                throw new InvalidOperationException("The socket to accept into was bound or connected meanwhile.");
            }
            unused = _tcp;
            if (accepted is Connection connection)
            {
                _settings = listener._settings.ForAccepted();
                _tcp = null;
                Carry(connection);
            }
            else
            {
                _tcp = (Socket)accepted;
                _settings = new SocketSettings { Blocking = _tcp.Blocking, DualMode = listener._settings.DualMode };
                _transport = KernelTransport;
                (_reason, _detail) = listener._transport == FastTransport.Rdma
                    ? (FallbackReason.PeerChoseTcp, "the peer connected by TCP")
                    : (listener._reason, listener._detail);
            }
        }
        unused?.Dispose();
    }

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
                return network.Listen(BoundTo, _settings.DualMode == true, queue);
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
