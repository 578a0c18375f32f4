using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;

namespace FastSockets;

/// <summary>Listens and accepts, as <see cref="TcpListener"/>, by RDMA and TCP.</summary>
public class FastListener : IDisposable
{
    private readonly IPEndPoint _endPoint;
    private readonly FastSocketsOptions? _options;
    private FastSocket? _server;
    private bool? _exclusive;

    /// <summary>A listener; <see cref="Start()"/> starts it.</summary>
    /// <param name="localEP">Where it listens.</param>
    /// <param name="options">Null: <see cref="FastSocketsOptions.Default"/>.</param>
    public FastListener(IPEndPoint localEP, FastSocketsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(localEP);
        _endPoint = localEP;
        _options = options;
    }

    /// <inheritdoc cref="FastListener(IPEndPoint, FastSocketsOptions)"/>
    public FastListener(IPAddress localaddr, int port, FastSocketsOptions? options = null)
        : this(new IPEndPoint(localaddr, port), options)
    {
    }

    /// <inheritdoc cref="FastListener(IPEndPoint, FastSocketsOptions)"/>
    [Obsolete("Name the address, as with TcpListener.")]
    public FastListener(int port)
        : this(IPAddress.Any, port)
    {
    }

    /// <summary>Where it listens; before <see cref="Start()"/> and after <see cref="Stop"/>, where it will.</summary>
    public EndPoint LocalEndpoint => Active ? Server.LocalEndPoint! : _endPoint;

    /// <summary>The socket beneath.</summary>
    public FastSocket Server => _server ??= NewServer();

    /// <summary>Whether no other socket may bind to the same port. Before <see cref="Start()"/>.</summary>
    /// <exception cref="InvalidOperationException">Set while listening.</exception>
    public bool ExclusiveAddressUse
    {
        get => Server.ExclusiveAddressUse;
        set
        {
            ThrowIfActive();
            Server.ExclusiveAddressUse = value;
            _exclusive = value;
        }
    }

    /// <summary>It listens.</summary>
    protected bool Active { get; private set; }

    /// <summary>A listener for IPv6 and IPv4 on every address.</summary>
    /// <param name="port">The port; 0 picks a free one.</param>
    /// <param name="options">Null: <see cref="FastSocketsOptions.Default"/>.</param>
    public static FastListener Create(int port, FastSocketsOptions? options = null)
    {
        var listener = new FastListener(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, port, options);
        if (listener.Server.AddressFamily == AddressFamily.InterNetworkV6)
            listener.Server.DualMode = true;
        return listener;
    }

    /// <inheritdoc cref="TcpListener.AllowNatTraversal(bool)"/>
    /// <remarks>On Linux without effect.</remarks>
    [SupportedOSPlatform("windows")]
    public void AllowNatTraversal(bool allowed) => ThrowIfActive();

    /// <inheritdoc cref="Start(int)"/>
    public void Start() => Start(int.MaxValue);

    /// <summary>Listens.</summary>
    /// <param name="backlog">How many connections may wait.</param>
    /// <exception cref="SocketException">As Bind's and Listen's of <see cref="FastSocket"/>.</exception>
    public void Start(int backlog)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(backlog);
        if (Active)
            return;
        Server.Bind(_endPoint);
        try
        {
            Server.Listen(backlog);
        }
        catch (SocketException)
        {
            Stop();
            throw;
        }
        Active = true;
    }

    /// <summary>Listens no more; what was not accepted is reset. It may be started again.</summary>
    public void Stop()
    {
        _server?.Dispose();
        _server = null;
        Active = false;
    }

    /// <inheritdoc cref="Stop"/>
    public void Dispose()
    {
        Stop();
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether a connection waits to be accepted.</summary>
    /// <exception cref="InvalidOperationException">It does not listen.</exception>
    public bool Pending() => Listening().Poll(0, SelectMode.SelectRead);

    /// <inheritdoc cref="FastSocket.Accept"/>
    public FastSocket AcceptSocket() => Listening().Accept();

    /// <inheritdoc cref="FastSocket.Accept"/>
    public FastClient AcceptTcpClient() => new(AcceptSocket());

    /// <inheritdoc cref="FastSocket.AcceptAsync()"/>
    public Task<FastSocket> AcceptSocketAsync() => AcceptSocketAsync(CancellationToken.None).AsTask();

    /// <inheritdoc cref="FastSocket.AcceptAsync(CancellationToken)"/>
    public ValueTask<FastSocket> AcceptSocketAsync(CancellationToken cancellationToken) =>
        Listening().AcceptAsync(cancellationToken);

    /// <inheritdoc cref="FastSocket.AcceptAsync()"/>
    public Task<FastClient> AcceptTcpClientAsync() => AcceptTcpClientAsync(CancellationToken.None).AsTask();

    /// <inheritdoc cref="FastSocket.AcceptAsync(CancellationToken)"/>
    public ValueTask<FastClient> AcceptTcpClientAsync(CancellationToken cancellationToken)
    {
        return WaitAsync(AcceptSocketAsync(cancellationToken));

        static async ValueTask<FastClient> WaitAsync(ValueTask<FastSocket> accepting) =>
            new(await accepting.ConfigureAwait(false));
    }

#pragma warning disable CA1822 // Instance members, as TcpListener's are.
    /// <inheritdoc cref="FastSocket.BeginAccept(AsyncCallback, object)"/>
    public IAsyncResult BeginAcceptSocket(AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(AcceptSocketAsync(), callback, state);

    /// <inheritdoc cref="FastSocket.EndAccept(IAsyncResult)"/>
    public FastSocket EndAcceptSocket(IAsyncResult asyncResult) => TaskToAsyncResult.End<FastSocket>(asyncResult);

    /// <inheritdoc cref="FastSocket.BeginAccept(AsyncCallback, object)"/>
    public IAsyncResult BeginAcceptTcpClient(AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(AcceptTcpClientAsync(), callback, state);

    /// <inheritdoc cref="FastSocket.EndAccept(IAsyncResult)"/>
    public FastClient EndAcceptTcpClient(IAsyncResult asyncResult) => TaskToAsyncResult.End<FastClient>(asyncResult);
#pragma warning restore CA1822

    private FastSocket NewServer()
    {
        var server = new FastSocket(_endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp, _options);
        if (_exclusive is { } exclusive)
            server.ExclusiveAddressUse = exclusive;
        return server;
    }

    private FastSocket Listening() => Active
        ? Server
        : throw new InvalidOperationException("Not listening: call Start first.");

    private void ThrowIfActive()
    {
        if (Active)
            throw new InvalidOperationException("The listener must not be listening.");
    }
}
