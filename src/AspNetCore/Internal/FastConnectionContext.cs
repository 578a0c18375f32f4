using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using FastSockets.Internal;
using FastSockets.Pipes;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace FastSockets.AspNetCore.Internal;

/// <summary>
/// An RDMA connection as Kestrel wants it. Its pipes are the socket's own, with no pump between: what Kestrel reads lies in the slabs
/// that the device filled, what it writes is posted as it is. That the peer has gone is told by the connection itself.
/// </summary>
internal sealed class FastConnectionContext : ConnectionContext, IConnectionIdFeature, IConnectionTransportFeature,
    IConnectionItemsFeature, IConnectionLifetimeFeature, IConnectionEndPointFeature, IMemoryPoolFeature, IThreadPoolWorkItem
{
    private static long s_lastId = DateTime.UtcNow.Ticks;

    private readonly FastSocket _socket;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closed = new();
    private volatile ConnectionAbortedException? _abortion;
    private IDictionary<object, object?>? _items;
    private string? _id;
    private int _isDisposed;

    public FastConnectionContext(FastSocket socket, RdmaStream connection, ILogger logger)
    {
        _socket = socket;
        _logger = logger;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        IDuplexPipe pipe = socket.AsPipe();
        Transport = new DuplexPipe(new ConnectionReader(pipe.Input, this), new ConnectionWriter(pipe.Output));
        Features.Set<IConnectionIdFeature>(this);
        Features.Set<IConnectionTransportFeature>(this);
        Features.Set<IConnectionItemsFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set<IConnectionEndPointFeature>(this);
        Features.Set<IMemoryPoolFeature>(this);
        connection.WhenEnded(this);
    }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override string ConnectionId
    {
        get => _id ??= $"FS{Interlocked.Increment(ref s_lastId):X}";
        set => _id = value;
    }

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    public override IDuplexPipe Transport { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public MemoryPool<byte> MemoryPool => FastMemoryPool.Shared;

    /// <summary>Why this end gave the connection up; null if it did not.</summary>
    public ConnectionAbortedException? Abortion => _abortion;

    /// <summary>The peer's end has come, or the connection is reset.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            _closed.Cancel();
        }
        catch (AggregateException e)
        {
            Log.CallbackFailed(_logger, ConnectionId, e);
        }
        catch (ObjectDisposedException)
        {
        }
    }

    public override void Abort() => Abort(new ConnectionAbortedException("The connection was aborted by the application."));

    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (Interlocked.CompareExchange(ref _abortion, abortReason, null) is not null)
            return;

        Log.Aborted(_logger, ConnectionId, abortReason.Message);
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;

        await Transport.Input.CompleteAsync().ConfigureAwait(false);
        await Transport.Output.CompleteAsync().ConfigureAwait(false);
        _socket.Dispose();
        ((IThreadPoolWorkItem)this).Execute();
        _closed.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
