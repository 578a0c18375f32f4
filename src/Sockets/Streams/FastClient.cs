using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace FastSockets;

/// <summary>A client with a stream, as <see cref="TcpClient"/>, over a <see cref="FastSocket"/>.</summary>
public class FastClient : IDisposable
{
    private FastSocket? _client;
    private FastStream? _stream;
    private bool _disposed;

    /// <summary>A client for IPv6 and IPv4.</summary>
    public FastClient()
        : this(AddressFamily.Unknown)
    {
    }

    /// <summary>A client for one family.</summary>
    /// <param name="family">IPv4, IPv6, or Unknown for both.</param>
    /// <param name="options">Null: <see cref="FastSocketsOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">Another family.</exception>
    public FastClient(AddressFamily family, FastSocketsOptions? options = null)
    {
        if (family is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 or AddressFamily.Unknown))
            throw new ArgumentException("A client's family is IPv4 or IPv6.", nameof(family));
        _client = family == AddressFamily.Unknown
            ? new FastSocket(SocketType.Stream, ProtocolType.Tcp, options)
            : new FastSocket(family, SocketType.Stream, ProtocolType.Tcp, options);
    }

    /// <summary>A client bound to a local address.</summary>
    /// <param name="localEP">The address and port.</param>
    /// <param name="options">Null: <see cref="FastSocketsOptions.Default"/>.</param>
    /// <exception cref="SocketException">As <see cref="FastSocket.Bind"/>'s.</exception>
    public FastClient(IPEndPoint localEP, FastSocketsOptions? options = null)
        : this(Checked(localEP).AddressFamily, options) => _client!.Bind(localEP);

    /// <summary>A client that is connected.</summary>
    /// <param name="hostname">The host's name or address.</param>
    /// <param name="port">The port.</param>
    /// <param name="options">Null: <see cref="FastSocketsOptions.Default"/>.</param>
    /// <exception cref="SocketException">As <see cref="FastSocket.Connect(string, int)"/>'s.</exception>
    public FastClient(string hostname, int port, FastSocketsOptions? options = null)
        : this(AddressFamily.Unknown, options)
    {
        try
        {
            Connect(hostname, port);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Of a socket that was accepted.</summary>
    internal FastClient(FastSocket accepted)
    {
        _client = accepted;
        Active = true;
    }

    /// <summary>The socket beneath; null once closed.</summary>
    [AllowNull]
    public FastSocket Client
    {
        get => _disposed ? null! : _client!;
        set
        {
            _client = value;
            Active = value?.Connected ?? false;
        }
    }

    /// <inheritdoc cref="FastSocket.Connected"/>
    public bool Connected => Client?.Connected ?? false;

    /// <summary>How many bytes can be received without waiting; 0 once closed.</summary>
    public int Available => Client?.Available ?? 0;

    /// <inheritdoc cref="FastSocket.ExclusiveAddressUse"/>
    public bool ExclusiveAddressUse
    {
        get => Client?.ExclusiveAddressUse ?? false;
        set => _client?.ExclusiveAddressUse = value;
    }

    /// <inheritdoc cref="FastSocket.NoDelay"/>
    public bool NoDelay
    {
        get => Client.NoDelay;
        set => Client.NoDelay = value;
    }

    /// <inheritdoc cref="FastSocket.LingerState"/>
    [DisallowNull]
    public LingerOption? LingerState
    {
        get => Client.LingerState;
        set => Client.LingerState = value;
    }

    /// <inheritdoc cref="FastSocket.ReceiveBufferSize"/>
    public int ReceiveBufferSize
    {
        get => Client.ReceiveBufferSize;
        set => Client.ReceiveBufferSize = value;
    }

    /// <inheritdoc cref="FastSocket.SendBufferSize"/>
    public int SendBufferSize
    {
        get => Client.SendBufferSize;
        set => Client.SendBufferSize = value;
    }

    /// <inheritdoc cref="FastSocket.ReceiveTimeout"/>
    public int ReceiveTimeout
    {
        get => Client.ReceiveTimeout;
        set => Client.ReceiveTimeout = value;
    }

    /// <inheritdoc cref="FastSocket.SendTimeout"/>
    public int SendTimeout
    {
        get => Client.SendTimeout;
        set => Client.SendTimeout = value;
    }

    /// <summary>A connection was made.</summary>
    protected bool Active { get; set; }

    /// <inheritdoc cref="FastSocket.Connect(string, int)"/>
    public void Connect(string hostname, int port)
    {
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(hostname);
        Client.Connect(hostname, port);
        Active = true;
    }

    /// <inheritdoc cref="FastSocket.Connect(IPAddress, int)"/>
    public void Connect(IPAddress address, int port)
    {
        ThrowIfDisposed();
        ArgumentNullException.ThrowIfNull(address);
        Connect(new IPEndPoint(address, port));
    }

    /// <inheritdoc cref="FastSocket.Connect(EndPoint)"/>
    public void Connect(IPEndPoint remoteEP)
    {
        ThrowIfDisposed();
        Client.Connect(Checked(remoteEP));
        Active = true;
    }

    /// <inheritdoc cref="FastSocket.Connect(IPAddress[], int)"/>
    public void Connect(IPAddress[] ipAddresses, int port)
    {
        ThrowIfDisposed();
        Client.Connect(ipAddresses, port);
        Active = true;
    }

    /// <inheritdoc cref="FastSocket.ConnectAsync(string, int)"/>
    public Task ConnectAsync(string host, int port) => ConnectAsync(host, port, CancellationToken.None).AsTask();

    /// <inheritdoc cref="FastSocket.ConnectAsync(string, int, CancellationToken)"/>
    public ValueTask ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        return CompleteAsync(Client.ConnectAsync(host, port, cancellationToken));
    }

    /// <inheritdoc cref="FastSocket.ConnectAsync(IPAddress, int)"/>
    public Task ConnectAsync(IPAddress address, int port) =>
        ConnectAsync(address, port, CancellationToken.None).AsTask();

    /// <inheritdoc cref="FastSocket.ConnectAsync(IPAddress, int, CancellationToken)"/>
    public ValueTask ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        return CompleteAsync(Client.ConnectAsync(address, port, cancellationToken));
    }

    /// <inheritdoc cref="FastSocket.ConnectAsync(IPAddress[], int)"/>
    public Task ConnectAsync(IPAddress[] addresses, int port) =>
        ConnectAsync(addresses, port, CancellationToken.None).AsTask();

    /// <inheritdoc cref="FastSocket.ConnectAsync(IPAddress[], int, CancellationToken)"/>
    public ValueTask ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        return CompleteAsync(Client.ConnectAsync(addresses, port, cancellationToken));
    }

    /// <inheritdoc cref="FastSocket.ConnectAsync(EndPoint)"/>
    public Task ConnectAsync(IPEndPoint remoteEP) => ConnectAsync(remoteEP, CancellationToken.None).AsTask();

    /// <inheritdoc cref="FastSocket.ConnectAsync(EndPoint, CancellationToken)"/>
    public ValueTask ConnectAsync(IPEndPoint remoteEP, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        return CompleteAsync(Client.ConnectAsync(remoteEP, cancellationToken));
    }

    /// <inheritdoc cref="FastSocket.BeginConnect(string, int, AsyncCallback, object)"/>
    public IAsyncResult BeginConnect(string host, int port, AsyncCallback? requestCallback, object? state) =>
        TaskToAsyncResult.Begin(ConnectAsync(host, port), requestCallback, state);

    /// <inheritdoc cref="FastSocket.BeginConnect(IPAddress, int, AsyncCallback, object)"/>
    public IAsyncResult BeginConnect(IPAddress address, int port, AsyncCallback? requestCallback, object? state) =>
        TaskToAsyncResult.Begin(ConnectAsync(address, port), requestCallback, state);

    /// <inheritdoc cref="FastSocket.BeginConnect(IPAddress[], int, AsyncCallback, object)"/>
    public IAsyncResult BeginConnect(IPAddress[] addresses, int port, AsyncCallback? requestCallback, object? state) =>
        TaskToAsyncResult.Begin(ConnectAsync(addresses, port), requestCallback, state);

#pragma warning disable CA1822 // An instance member, as TcpClient's is.
    /// <inheritdoc cref="FastSocket.EndConnect"/>
    public void EndConnect(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);
#pragma warning restore CA1822

    /// <summary>The stream; closing it closes the client.</summary>
    /// <exception cref="InvalidOperationException">Not connected.</exception>
    /// <exception cref="ObjectDisposedException">Closed.</exception>
    public FastStream GetStream()
    {
        ThrowIfDisposed();
        if (!Connected)
            throw new InvalidOperationException("The client is not connected.");
        return _stream ??= new FastStream(Client, ownsSocket: true);
    }

    /// <inheritdoc cref="Dispose()"/>
    public void Close() => Dispose();

    /// <summary>Closes the stream and the socket.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc cref="Dispose()"/>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (_disposed)
            return;
        _disposed = true;
        if (!disposing)
            return;
        if (_stream is not null)
            _stream.Dispose();
        else
        {
            _client?.ShutdownQuietly();
            _client?.Close();
        }
    }

    private async ValueTask CompleteAsync(ValueTask connecting)
    {
        await connecting.ConfigureAwait(false);
        Active = true;
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    private static IPEndPoint Checked(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return endPoint;
    }
}
