using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using FastSockets.Internal;
using FastSockets.Transport;

namespace FastSockets;

public sealed partial class FastSocket
{
    private CancellationTokenSource? _connecting;

    // What a non-blocking Connect began last.
    private Task? _connectingInBackground;

    // While an asynchronous attempt that begins by RDMA lasts: until then the socket is ready for nothing.
    private volatile bool _isConnecting;

    /// <summary>
    /// Connects by RDMA where <paramref name="remoteEP"/> is in its reach and answers within a bounded time, else by
    /// TCP. A non-blocking socket goes on in the background.
    /// </summary>
    /// <param name="remoteEP">An <see cref="IPEndPoint"/> or <see cref="DnsEndPoint"/>.</param>
    /// <exception cref="SocketException">What TCP says: ConnectionRefused, TimedOut, ...</exception>
    /// <exception cref="InvalidOperationException">The socket listens.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public void Connect(EndPoint remoteEP)
    {
        ArgumentNullException.ThrowIfNull(remoteEP);
        ThrowIfDisposed();
        switch (remoteEP)
        {
            case IPEndPoint remote:
                ConnectTo(remote);
                break;
            case DnsEndPoint name:
                ThrowIfOtherFamily(name.AddressFamily);
                Connect(name.Host, name.Port);
                break;
            default:
                Tcp.Connect(remoteEP);
                _transport = KernelTransport;
                break;
        }
    }

    /// <inheritdoc cref="Connect(EndPoint)"/>
    public void Connect(IPAddress address, int port)
    {
        ArgumentNullException.ThrowIfNull(address);
        ThrowIfDisposed();
        ThrowIfOtherFamily(address.AddressFamily);
        ConnectTo(new IPEndPoint(address, port));
    }

    /// <summary>Resolves <paramref name="host"/> and connects to the first of its addresses that answers.</summary>
    /// <inheritdoc cref="Connect(EndPoint)"/>
    public void Connect(string host, int port)
    {
        ArgumentNullException.ThrowIfNull(host);
        ThrowIfBadPort(port);
        ThrowIfDisposed();
        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            Connect(literal, port);
            return;
        }

        ConnectToFirst(host, Usable(Dns.GetHostAddresses(host)), port);
    }

    /// <summary>Connects to the first of <paramref name="addresses"/> that answers.</summary>
    /// <param name="addresses">Those of other families are left out.</param>
    /// <param name="port">The port.</param>
    /// <inheritdoc cref="Connect(EndPoint)"/>
    /// <exception cref="ArgumentException">None of the addresses is of this socket's family.</exception>
    public void Connect(IPAddress[] addresses, int port)
    {
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(addresses);
        ThrowIfBadPort(port);
        ConnectToFirst(null, Usable(addresses), port);
    }

    /// <inheritdoc cref="Connect(EndPoint)"/>
    public Task ConnectAsync(EndPoint remoteEP) => ConnectAsync(remoteEP, CancellationToken.None).AsTask();

    /// <inheritdoc cref="Connect(EndPoint)"/>
    /// <param name="remoteEP">An <see cref="IPEndPoint"/> or <see cref="DnsEndPoint"/>.</param>
    /// <param name="cancellationToken">Ends the attempt with an <see cref="OperationCanceledException"/>.</param>
    public ValueTask ConnectAsync(EndPoint remoteEP, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(remoteEP);
        ThrowIfDisposed();
        switch (remoteEP)
        {
            case IPEndPoint remote:
                return ConnectToAsync(remote, cancellationToken);
            case DnsEndPoint name:
                ThrowIfOtherFamily(name.AddressFamily);
                return ConnectAsync(name.Host, name.Port, cancellationToken);
            default:
                return Tcp.ConnectAsync(remoteEP, cancellationToken);
        }
    }

    /// <inheritdoc cref="Connect(EndPoint)"/>
    public Task ConnectAsync(IPAddress address, int port) =>
        ConnectAsync(address, port, CancellationToken.None).AsTask();

    /// <inheritdoc cref="ConnectAsync(EndPoint, CancellationToken)"/>
    public ValueTask ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        return ConnectAsync(new IPEndPoint(address, port), cancellationToken);
    }

    /// <inheritdoc cref="Connect(IPAddress[], int)"/>
    public Task ConnectAsync(IPAddress[] addresses, int port) =>
        ConnectAsync(addresses, port, CancellationToken.None).AsTask();

    /// <summary>Connects to the first of <paramref name="addresses"/> that answers.</summary>
    /// <param name="addresses">Those of other families are left out.</param>
    /// <param name="port">The port.</param>
    /// <param name="cancellationToken">Ends the attempt with an <see cref="OperationCanceledException"/>.</param>
    /// <inheritdoc cref="ConnectAsync(EndPoint, CancellationToken)"/>
    /// <exception cref="NotSupportedException">None of the addresses is of this socket's family.</exception>
    public ValueTask ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(addresses);
        ThrowIfBadPort(port);
        if (addresses.Length == 0)
            throw NoneOfTheFamily();
        return ConnectListAsync();

        // Socket says this in two ways, and so do we.
        ValueTask ConnectListAsync() => Array.Exists(addresses, address => OwnsFamily(address.AddressFamily))
            ? ConnectToFirstAsync(null, Usable(addresses), port, cancellationToken)
            : ValueTask.FromException(new NotSupportedException("This protocol version is not supported."));
    }

    /// <inheritdoc cref="Connect(string, int)"/>
    public Task ConnectAsync(string host, int port) => ConnectAsync(host, port, CancellationToken.None).AsTask();

    /// <summary>Resolves <paramref name="host"/> and connects to the first of its addresses that answers.</summary>
    /// <inheritdoc cref="ConnectAsync(EndPoint, CancellationToken)"/>
    public ValueTask ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        ThrowIfBadPort(port);
        ThrowIfDisposed();
        return IPAddress.TryParse(host, out IPAddress? literal)
            ? ConnectToAsync(new IPEndPoint(literal, port), cancellationToken)
            : ResolveAndConnectAsync(host, port, cancellationToken);
    }

    private void ConnectToFirst(string? host, IPAddress[] addresses, int port)
    {
        SocketException? last = null;
        foreach (IPAddress address in addresses)
        {
            try
            {
                ConnectTo(new IPEndPoint(address, port), host);
                return;
            }
            catch (SocketException exception) when (MayTryNext(exception))
            {
                last = exception;
            }
        }
        ExceptionDispatchInfo.Throw(last!);
    }

    private void ConnectTo(IPEndPoint remote, string? host = null)
    {
        ThrowIfDisconnected();
        BeginConnecting();
        if (!_settings.Blocking)
        {
            ConnectWithoutBlocking(remote, host);
            return;
        }

        SetUp setUp = SetUp.Connecting(remote);
        try
        {
            if (RouteTo(remote, host) is not { } route)
            {
                Tcp.Connect(remote);
                _transport = KernelTransport;
            }
            else if (!ConnectByRdma(remote, route))
            {
                TcpAfterRdma().Connect(remote);
                ConnectedByTcpAfter(route);
            }
        }
        catch (Exception exception)
        {
            setUp.Failed(exception);
            throw;
        }
        setUp.Connected(_transport, _reason);
    }

    /// <summary>Before every attempt: what a non-blocking Connect began is over, and its outcome nobody's concern any more.</summary>
    /// <exception cref="SocketException">AlreadyInProgress: it is not, which connect(2) calls EALREADY.</exception>
    private void BeginConnecting()
    {
        // Connected already, though the task that did it is not quite over: IsConnected is due, and what comes says so.
        if (_rdma is null && _connectingInBackground is { IsCompleted: false })
            throw new SocketException((int)SocketError.AlreadyInProgress);
        _connectingInBackground = null;
    }

    private void ConnectWithoutBlocking(IPEndPoint remote, string? host)
    {
        if (RouteTo(remote, host) is { } route)
        {
            ConnectInBackground(remote, route);
            return;
        }
        Tcp.Connect(remote);
        _transport = KernelTransport;
    }

    /// <summary>
    /// TCP answered where Fast Sockets did not: that is what tells a peer without it from one that is not up yet.
    /// </summary>
    private void ConnectedByTcpAfter(RdmaRoute route)
    {
        _transport = KernelTransport;
        route.Network.RememberWithout(route.Remote, new ConnectOutcome(null, _reason, _detail));
    }

    /// <exception cref="SocketException">NotSocket: closed since the call began, which a Socket says so.</exception>
    private Socket TcpAfterRdma()
    {
        try
        {
            return Tcp;
        }
        catch (ObjectDisposedException)
        {
            throw new SocketException((int)SocketError.NotSocket);
        }
    }

    private async ValueTask ConnectToAsync(IPEndPoint remote, CancellationToken cancellation, string? host = null)
    {
        BeginConnecting();
        SetUp setUp = SetUp.Connecting(remote);
        try
        {
            if (RouteTo(remote, host) is { } route)
            {
                await ConnectAsync(remote, route, cancellation).ConfigureAwait(false);
            }
            else
            {
                await Tcp.ConnectAsync(remote, cancellation).ConfigureAwait(false);
                _transport = KernelTransport;
            }
        }
        catch (Exception exception)
        {
            setUp.Failed(exception);
            throw;
        }
        setUp.Connected(_transport, _reason);
    }

    private async Task ConnectAsync(IPEndPoint remote, RdmaRoute route, CancellationToken cancellation)
    {
        _isConnecting = true;
        try
        {
            if (await ConnectByRdmaAsync(remote, route, cancellation).ConfigureAwait(false))
                return;
            await Tcp.ConnectAsync(remote, cancellation).ConfigureAwait(false);
            ConnectedByTcpAfter(route);
        }
        catch (ObjectDisposedException)
        {
            // Closed since the call began, between RDMA and TCP.
            throw new SocketException((int)SocketError.OperationAborted);
        }
        finally
        {
            _isConnecting = false;
        }
    }

    private bool ConnectByRdma(IPEndPoint remote, RdmaRoute route)
    {
        CancellationTokenSource attempt = BeginAttempt();
        try
        {
            ConnectOutcome outcome = route.Network.Connect(route.Remote, route.Local, _settings.ReceiveBufferSize, attempt.Token);
            return Adopt(outcome, remote, ifClosed: SocketError.NotSocket);
        }
        catch (OperationCanceledException)
        {
            throw new SocketException((int)SocketError.NotSocket);
        }
    }

    /// <summary>To be cancelled by Close; never disposed, so that it may be cancelled at any time.</summary>
    private CancellationTokenSource BeginAttempt()
    {
        var attempt = new CancellationTokenSource();
        lock (_gate)
        {
            ThrowIfDisposed();
            _connecting = attempt;
        }
        return attempt;
    }

    private async ValueTask<bool> ConnectByRdmaAsync(IPEndPoint remote, RdmaRoute route, CancellationToken cancellation)
    {
        CancellationTokenSource attempt = BeginAttempt();
        using CancellationTokenRegistration registration =
            cancellation.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), attempt);
        try
        {
            ConnectOutcome outcome = await route.Network
                .ConnectAsync(route.Remote, route.Local, attempt.Token, _settings.ReceiveBufferSize).ConfigureAwait(false);
            return Adopt(outcome, remote, ifClosed: SocketError.OperationAborted);
        }
        catch (OperationCanceledException exception)
        {
            if (_disposed)
                throw new SocketException((int)SocketError.OperationAborted);
            throw new OperationCanceledException(exception.Message, exception, cancellation);
        }
    }

    private async ValueTask ResolveAndConnectAsync(string host, int port, CancellationToken cancellation)
    {
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(host, cancellation).ConfigureAwait(false);
        await ConnectToFirstAsync(host, Usable(addresses), port, cancellation).ConfigureAwait(false);
    }

    private async ValueTask ConnectToFirstAsync(
        string? host, IPAddress[] addresses, int port, CancellationToken cancellation)
    {
        SocketException? last = null;
        foreach (IPAddress address in addresses)
        {
            try
            {
                await ConnectToAsync(new IPEndPoint(address, port), cancellation, host).ConfigureAwait(false);
                return;
            }
            catch (SocketException exception) when (MayTryNext(exception))
            {
                last = exception;
            }
        }
        ExceptionDispatchInfo.Throw(last!);
    }

    /// <summary>A non-blocking connect: done, failed, or WouldBlock while it goes on.</summary>
    private void ConnectInBackground(IPEndPoint remote, RdmaRoute route)
    {
        Task connecting = ObservedAsync(remote, route);
        _connectingInBackground = connecting;
        if (!connecting.IsCompleted)
        {
            _ = connecting.ContinueWith(static task => task.Exception, TaskScheduler.Default);
            throw new SocketException((int)SocketError.WouldBlock);
        }
        connecting.GetAwaiter().GetResult();

        async Task ObservedAsync(IPEndPoint remote, RdmaRoute route)
        {
            SetUp setUp = SetUp.Connecting(remote);
            try
            {
                await ConnectAsync(remote, route, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                setUp.Failed(exception);
                throw;
            }
            setUp.Connected(_transport, _reason);
        }
    }

    private IPAddress[] Usable(IPAddress[] addresses)
    {
        IPAddress[] usable = Array.FindAll(addresses, address => OwnsFamily(address.AddressFamily));
        return usable.Length > 0
            ? usable
            : throw NoneOfTheFamily();
    }

    private static ArgumentException NoneOfTheFamily() => new("None of the addresses is of this socket's family.");

    private bool MayTryNext(SocketException exception) => !_disposed && exception.SocketErrorCode
        is not (SocketError.WouldBlock or SocketError.IsConnected or SocketError.OperationAborted);

    private bool OwnsFamily(AddressFamily family) => family == AddressFamily
        || (family == AddressFamily.InterNetwork && _settings.DualMode == true);

    private void ThrowIfOtherFamily(AddressFamily family)
    {
        if (family != AddressFamily.Unspecified && !OwnsFamily(family))
            throw new NotSupportedException("This protocol version is not supported.");
    }

    private static void ThrowIfBadPort(int port)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, IPEndPoint.MinPort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
    }
}
