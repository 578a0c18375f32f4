using RdmaSharp.Interop;

namespace RdmaSharp;

/// <summary>
/// Receives that several queue pairs draw from: <c>struct ibv_srq</c>, ibv_create_srq(3). Posting allocates nothing and
/// may be done by several threads; it must not run concurrently with <see cref="Dispose"/>.
/// </summary>
public sealed unsafe class SharedReceiveQueue : IDisposable
{
    internal const int MaskMaxRequests = 1;
    internal const int MaskLimit = 2;

    private readonly delegate* unmanaged[SuppressGCTransition]<nint, ReceiveWorkRequest*, ReceiveWorkRequest**, int> _post;
    private nint _queue;

    internal SharedReceiveQueue(ProtectionDomain domain, int maxRequests, int maxElements)
    {
        ProtectionDomain = domain;
        _post = ContextOperations.PostSrqReceive(domain.Context.Pointer);
        Handle = new NativeHandle(LibIbverbs.DestroySrq, this, domain.Handle);
        var attributes = new NativeSrqInitAttributes
        {
            SrqContext = Handle.Token,
            Attributes = new() { MaxRequests = (uint)maxRequests, MaxElements = (uint)maxElements },
        };
        _queue = LibIbverbs.CreateSrq(domain.Handle.Pointer, &attributes);
        Handle.Created(_queue, () => RdmaException.FromLastError("ibv_create_srq"));
    }

    /// <summary>The domain it belongs to.</summary>
    public ProtectionDomain ProtectionDomain { get; }

    internal NativeHandle Handle { get; }

    internal nint Pointer
    {
        get
        {
            nint queue = _queue;
            ObjectDisposedException.ThrowIf(queue == 0, this);
            return queue;
        }
    }

    /// <summary>Posts a chain of receives. ibv_post_srq_recv(3).</summary>
    /// <param name="first">The first request.</param>
    /// <param name="bad">On failure the request that was not posted; those before it were.</param>
    /// <returns>0, or the errno: ENOMEM when the queue is full.</returns>
    /// <exception cref="ObjectDisposedException">The queue is disposed.</exception>
    public int TryPostReceive(ReceiveWorkRequest* first, out ReceiveWorkRequest* bad)
    {
        ReceiveWorkRequest* failed = null;
        int result = _post(Pointer, first, &failed);
        GC.KeepAlive(this);
        bad = failed;
        return Math.Abs(result);
    }

    /// <summary>Posts a chain of receives. ibv_post_srq_recv(3).</summary>
    /// <param name="first">The first request.</param>
    /// <exception cref="RdmaException">Not all were posted; which is told by <see cref="TryPostReceive"/>.</exception>
    /// <exception cref="ObjectDisposedException">The queue is disposed.</exception>
    public void PostReceive(ReceiveWorkRequest* first) =>
        RdmaException.ThrowIfError("ibv_post_srq_recv", TryPostReceive(first, out _));

    /// <summary>
    /// Asks for one <see cref="AsyncEventType.SharedReceiveQueueLimitReached"/> when fewer receives than this are left.
    /// ibv_modify_srq(3).
    /// </summary>
    /// <param name="limit">The number of receives; 0 takes the request back.</param>
    /// <exception cref="RdmaException">The device cannot, or the limit exceeds the size.</exception>
    public void ArmLimit(int limit) => Modify(new() { Limit = (uint)limit }, MaskLimit);

    /// <summary>Changes how many receives it can hold. ibv_modify_srq(3).</summary>
    /// <param name="maxRequests">The receives it is to hold.</param>
    /// <exception cref="RdmaException">The device cannot, or more receives are posted.</exception>
    public void Resize(int maxRequests) => Modify(new() { MaxRequests = (uint)maxRequests }, MaskMaxRequests);

    /// <summary>Its size and limit now. ibv_query_srq(3).</summary>
    /// <exception cref="RdmaException">The query failed.</exception>
    public SharedReceiveQueueAttributes Query()
    {
        SharedReceiveQueueAttributes attributes;
        int result = LibIbverbs.QuerySrq(Pointer, &attributes);
        GC.KeepAlive(this);
        RdmaException.ThrowIfError("ibv_query_srq", result);
        return attributes;
    }

    /// <summary>Destroys the queue, or leaves that to the last of its queue pairs to be disposed.</summary>
    public void Dispose()
    {
        _queue = 0;
        Handle.Dispose();
    }

    private void Modify(SharedReceiveQueueAttributes attributes, int mask)
    {
        int result = LibIbverbs.ModifySrq(Pointer, &attributes, mask);
        GC.KeepAlive(this);
        RdmaException.ThrowIfError("ibv_modify_srq", result);
    }
}
