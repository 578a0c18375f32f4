using System.Buffers;
using System.IO.Pipelines;
using System.Net;
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
    // Kestrel's own switch: an aborted connection ends as a closed one, in a FIN.
    private static readonly bool s_finOnError =
        AppContext.TryGetSwitch("Microsoft.AspNetCore.Server.Kestrel.FinOnError", out bool isOn) && isOn;

    private static long s_lastId = DateTime.UtcNow.Ticks;

    private readonly FastSocket _socket;
    private readonly RdmaStream _stream;
    private readonly DuplexPipe _pipe;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _closedWasTold = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ConnectionAbortedException? _abortion;
    private volatile bool _isReset;
    private IDictionary<object, object?>? _items;
    private string? _id;
    private int _isTelling;
    private int _isDisposed;

    public FastConnectionContext(FastSocket socket, RdmaStream stream, ILogger logger)
    {
        _socket = socket;
        _stream = stream;
        _logger = logger;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        IDuplexPipe pipe = socket.AsPipe();
        _pipe = new DuplexPipe(new ConnectionReader(pipe.Input, this), new ConnectionWriter(pipe.Output));
        Transport = _pipe;
        Features.Set<IConnectionIdFeature>(this);
        Features.Set<IConnectionTransportFeature>(this);
        Features.Set<IConnectionItemsFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set<IConnectionEndPointFeature>(this);
        Features.Set<IMemoryPoolFeature>(this);
        stream.WhenEnded(this);
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

    /// <summary>The peer reset the connection, or it was lost, before this end gave it up.</summary>
    public bool IsReset => _isReset;

    /// <summary>The peer's end has come, the connection is reset, or this end closes it: whatever is first.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        if (Interlocked.Exchange(ref _isTelling, 1) != 0)
            return;

        _isReset = _abortion is null && _isDisposed == 0 && !_stream.Connected;
        try
        {
            _closed.Cancel();
        }
        catch (AggregateException e)
        {
            Log.CallbackFailed(_logger, ConnectionId, e);
        }
        finally
        {
            _closedWasTold.SetResult();
        }
    }

    public override void Abort() => Abort(new ConnectionAbortedException("The connection was aborted by the application."));

    /// <param name="abortReason">Null when nothing is wrong: so Kestrel ends a connection whose peer has ended it.</param>
    public override void Abort(ConnectionAbortedException? abortReason)
    {
        // As with Kestrel's own transport, what came before the end can still be read: a request without a body is served.
        if (abortReason is null && _stream.TryGiveUpSending())
            return;

        ConnectionAbortedException reason = abortReason ?? new("The connection was closed.");
        if (Interlocked.CompareExchange(ref _abortion, reason, null) is not null)
            return;

        Log.Aborted(_logger, ConnectionId, reason.Message);
        bool isReset = abortReason is not null && !s_finOnError;
        _socket.Close(isReset ? 0 : Timeout.Infinite);
        TellClosed();
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;

        // Not Transport: middleware may have put pipes of its own there.
        await _pipe.Input.CompleteAsync().ConfigureAwait(false);
        await _pipe.Output.CompleteAsync().ConfigureAwait(false);
        _socket.Dispose();
        TellClosed();
        await _closedWasTold.Task.ConfigureAwait(false);
        _closed.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>On the thread pool: callers hold locks that the callbacks want.</summary>
    private void TellClosed() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
}
