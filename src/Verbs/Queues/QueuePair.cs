using RdmaSharp.Interop;

namespace RdmaSharp;

/// <summary>
/// One end of a reliable connection: <c>struct ibv_qp</c> of type RC, ibv_create_qp(3). Posting allocates nothing and
/// may be done by several threads; it must not run concurrently with <see cref="Dispose"/>. Buffers of posted requests
/// may be freed once their completions, flushed or not, have been polled, or after disposal.
/// </summary>
public sealed unsafe class QueuePair : IDisposable
{
    private readonly delegate* unmanaged<nint, SendWorkRequest*, SendWorkRequest**, int> _postSend;
    private readonly delegate* unmanaged[SuppressGCTransition]<nint, ReceiveWorkRequest*, ReceiveWorkRequest**, int> _postReceive;
    private readonly NativeHandle _handle;
    private nint _pair;

    private QueuePair(
        ProtectionDomain domain, QueuePairOptions options, NativeHandle? parent, Func<nint, int> destroy)
    {
        ProtectionDomain = domain;
        SendCompletionQueue = options.SendCompletionQueue;
        ReceiveCompletionQueue = options.ReceiveCompletionQueue;
        SharedReceiveQueue = options.SharedReceiveQueue;
        _postSend = ContextOperations.PostSend(domain.Context.Pointer);
        _postReceive = ContextOperations.PostReceive(domain.Context.Pointer);
        _handle = new NativeHandle(
            native => Destroy(native, destroy), this, domain.Handle, options.SendCompletionQueue.Handle, options.ReceiveCompletionQueue.Handle,
            options.SharedReceiveQueue?.Handle, parent);
    }

    /// <summary>The number that a peer names it by.</summary>
    public uint Number { get; private set; }

    /// <summary>The sizes that the device gave; each is at least what was asked for.</summary>
    public QueuePairCapabilities Capabilities { get; private set; }

    /// <summary>The domain it belongs to.</summary>
    public ProtectionDomain ProtectionDomain { get; }

    /// <summary>Where its send requests complete.</summary>
    public CompletionQueue SendCompletionQueue { get; }

    /// <summary>Where its receives complete.</summary>
    public CompletionQueue ReceiveCompletionQueue { get; }

    /// <summary>Where its receives come from, or null.</summary>
    public SharedReceiveQueue? SharedReceiveQueue { get; }

    private nint Pointer
    {
        get
        {
            nint pair = _pair;
            ObjectDisposedException.ThrowIf(pair == 0, this);
            return pair;
        }
    }

    /// <summary>Posts a chain of send requests. ibv_post_send(3).</summary>
    /// <param name="first">The first request.</param>
    /// <param name="bad">On failure the request that was not posted; those before it were.</param>
    /// <returns>
    /// 0, or the errno: ENOMEM when the queue is full, EINVAL for a request that is not valid or in the wrong state.
    /// </returns>
    /// <exception cref="ObjectDisposedException">The queue pair is disposed.</exception>
    public int TryPostSend(SendWorkRequest* first, out SendWorkRequest* bad)
    {
        SendWorkRequest* failed = null;
        int result = _postSend(Pointer, first, &failed);
        GC.KeepAlive(this);
        bad = failed;
        return Math.Abs(result);
    }

    /// <summary>Posts a chain of send requests. ibv_post_send(3).</summary>
    /// <param name="first">The first request.</param>
    /// <exception cref="RdmaException">Not all were posted; which is told by <see cref="TryPostSend"/>.</exception>
    /// <exception cref="ObjectDisposedException">The queue pair is disposed.</exception>
    public void PostSend(SendWorkRequest* first) =>
        RdmaException.ThrowIfError("ibv_post_send", TryPostSend(first, out _));

    /// <summary>Posts a chain of receives on its own receive queue. ibv_post_recv(3).</summary>
    /// <param name="first">The first request.</param>
    /// <param name="bad">On failure the request that was not posted; those before it were.</param>
    /// <returns>0, or the errno: ENOMEM when the queue is full, EINVAL with a shared receive queue.</returns>
    /// <exception cref="ObjectDisposedException">The queue pair is disposed.</exception>
    public int TryPostReceive(ReceiveWorkRequest* first, out ReceiveWorkRequest* bad)
    {
        ReceiveWorkRequest* failed = null;
        int result = _postReceive(Pointer, first, &failed);
        GC.KeepAlive(this);
        bad = failed;
        return Math.Abs(result);
    }

    /// <summary>Posts a chain of receives on its own receive queue. ibv_post_recv(3).</summary>
    /// <param name="first">The first request.</param>
    /// <exception cref="RdmaException">Not all were posted; which is told by <see cref="TryPostReceive"/>.</exception>
    /// <exception cref="ObjectDisposedException">The queue pair is disposed.</exception>
    public void PostReceive(ReceiveWorkRequest* first) =>
        RdmaException.ThrowIfError("ibv_post_recv", TryPostReceive(first, out _));

    /// <summary>Changes attributes, in most cases to move to another state. ibv_modify_qp(3).</summary>
    /// <param name="attributes">The new values.</param>
    /// <param name="mask">Which of them to apply.</param>
    /// <exception cref="RdmaException">
    /// Refused; for EINVAL it says what the transition lacks or does not allow.
    /// </exception>
    public void Modify(in QueuePairAttributes attributes, QueuePairAttributeMask mask)
    {
        QueuePairAttributes copy = attributes;
        int result = Math.Abs(LibIbverbs.ModifyQp(Pointer, &copy, (int)mask));
        GC.KeepAlive(this);
        if (result == 0)
            return;
        string? advice = null;
        if (result == Errno.EINVAL)
        {
            QueuePairState state = Query(QueuePairAttributeMask.State).State;
            QueuePairState next = mask.HasFlag(QueuePairAttributeMask.State) ? attributes.State : state;
            advice = QueuePairTransition.Explain(state, next, mask);
        }
        throw new RdmaException("ibv_modify_qp", result, advice);
    }

    /// <summary>Reset to init: says through which port and what peers may do.</summary>
    /// <param name="port">The local port, from 1.</param>
    /// <param name="access">The remote operations let in.</param>
    /// <param name="partitionKeyIndex">The partition key's index.</param>
    /// <exception cref="RdmaException">As for <see cref="Modify"/>.</exception>
    public void ModifyToInit(byte port, AccessFlags access, ushort partitionKeyIndex = 0) => Modify(
        new()
        {
            State = QueuePairState.Init,
            Port = port,
            Access = access,
            PartitionKeyIndex = partitionKeyIndex,
        },
        QueuePairTransition.ToInit);

    /// <summary>Init to ready to receive: says who the peer is.</summary>
    /// <param name="destination">The peer's queue pair number.</param>
    /// <param name="packetSequence">The peer's first packet sequence number.</param>
    /// <param name="address">The way to the peer.</param>
    /// <param name="mtu">Payload bytes of a packet; both ends the same.</param>
    /// <param name="maxReadAtomic">Reads and atomics accepted at once.</param>
    /// <param name="minRnrTimer">See <see cref="QueuePairAttributes.MinRnrTimer"/>; 12 is 0.64 ms.</param>
    /// <exception cref="RdmaException">As for <see cref="Modify"/>.</exception>
    public void ModifyToReadyToReceive(
        uint destination, uint packetSequence, AddressAttributes address, PathMtu mtu, byte maxReadAtomic = 1,
        byte minRnrTimer = 12) => Modify(
        new()
        {
            State = QueuePairState.ReadyToReceive,
            DestinationQueuePair = destination,
            ReceivePacketSequence = packetSequence,
            Address = address,
            PathMtu = mtu,
            MaxDestinationReadAtomic = maxReadAtomic,
            MinRnrTimer = minRnrTimer,
        },
        QueuePairTransition.ToReadyToReceive);

    /// <summary>Ready to receive to ready to send.</summary>
    /// <param name="packetSequence">The first packet sequence number sent.</param>
    /// <param name="ackTimeout">See <see cref="QueuePairAttributes.AckTimeout"/>; 14 is 67 ms.</param>
    /// <param name="retryCount">Retries after the time-out, up to 7.</param>
    /// <param name="rnrRetry">Retries when the peer has no receive posted; 7 for ever.</param>
    /// <param name="maxReadAtomic">Reads and atomics outstanding.</param>
    /// <exception cref="RdmaException">As for <see cref="Modify"/>.</exception>
    public void ModifyToReadyToSend(
        uint packetSequence, byte ackTimeout = 14, byte retryCount = 7, byte rnrRetry = 7,
        byte maxReadAtomic = 1) => Modify(
        new()
        {
            State = QueuePairState.ReadyToSend,
            SendPacketSequence = packetSequence,
            AckTimeout = ackTimeout,
            RetryCount = retryCount,
            RnrRetry = rnrRetry,
            MaxReadAtomic = maxReadAtomic,
        },
        QueuePairTransition.ToReadyToSend);

    /// <summary>
    /// Any state to error: everything posted completes with <see cref="WorkCompletionStatus.FlushError"/>.
    /// </summary>
    /// <exception cref="RdmaException">As for <see cref="Modify"/>.</exception>
    public void ModifyToError() =>
        Modify(new() { State = QueuePairState.Error }, QueuePairAttributeMask.State);

    /// <summary>Any state to reset: everything posted is forgotten, completions included.</summary>
    /// <exception cref="RdmaException">As for <see cref="Modify"/>.</exception>
    public void ModifyToReset() =>
        Modify(new() { State = QueuePairState.Reset }, QueuePairAttributeMask.State);

    /// <summary>Reads attributes from the device; a slow call. ibv_query_qp(3).</summary>
    /// <param name="mask">Those wanted; others may be filled too.</param>
    /// <exception cref="RdmaException">The query failed.</exception>
    public QueuePairAttributes Query(QueuePairAttributeMask mask)
    {
        QueuePairAttributes attributes = default;
        NativeQpInitAttributes initAttributes = default;
        int result = LibIbverbs.QueryQp(Pointer, &attributes, (int)mask, &initAttributes);
        GC.KeepAlive(this);
        RdmaException.ThrowIfError("ibv_query_qp", result);
        return attributes;
    }

    /// <summary>Destroys the queue pair. What was posted no longer completes.</summary>
    public void Dispose()
    {
        _pair = 0;
        _handle.Dispose();
    }

    internal static QueuePair Create(ProtectionDomain domain, QueuePairOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var pair = new QueuePair(domain, options, null, LibIbverbs.DestroyQp);
        NativeQpInitAttributes attributes = pair.InitAttributes(options);
        nint native = LibIbverbs.CreateQp(domain.Handle.Pointer, &attributes);
        pair._handle.Created(native, () => RdmaException.FromLastError("ibv_create_qp"));
        pair.SetNative(native, attributes.Capabilities);
        return pair;
    }

    /// <summary>Creates the queue pair of a CM identifier, which librdmacm then moves through its states.</summary>
    internal static QueuePair Create(
        CmId id, ProtectionDomain domain, QueuePairOptions options, Func<nint, int> destroy)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(options);
        var pair = new QueuePair(domain, options, id.Handle, destroy);
        NativeQpInitAttributes attributes = pair.InitAttributes(options);
        NativeCmId* native = id.Native;
        int result = LibRdmaCm.CreateQp(native, domain.Handle.Pointer, &attributes);
        pair._handle.Created(result == 0 ? (nint)native : 0, () => RdmaException.FromLastError("rdma_create_qp"));
        pair.SetNative(native->Qp, attributes.Capabilities);
        return pair;
    }

    private static int Destroy(nint native, Func<nint, int> destroy)
    {
        int result = destroy(native);
        if (result == 0)
            RdmaMeter.CountQueuePair(-1);
        return result;
    }

    private NativeQpInitAttributes InitAttributes(QueuePairOptions options) => new()
    {
        QpContext = _handle.Token,
        SendCq = options.SendCompletionQueue.Pointer,
        ReceiveCq = options.ReceiveCompletionQueue.Pointer,
        Srq = options.SharedReceiveQueue?.Pointer ?? 0,
        Capabilities = options.Capabilities,
        Type = NativeQpInitAttributes.ReliableConnected,
        SignalAll = options.SignalAll ? 1 : 0,
    };

    private void SetNative(nint native, QueuePairCapabilities capabilities)
    {
        RdmaMeter.CountQueuePair(1);
        _pair = native;
        Number = *(uint*)(native + VerbsLayout.QpNumber);
        Capabilities = capabilities;
    }
}
