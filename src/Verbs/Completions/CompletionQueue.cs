using RdmaSharp.Interop;

namespace RdmaSharp;

/// <summary>
/// Where work requests report that they are done: <c>struct ibv_cq</c>, ibv_create_cq(3). A queue that is given more
/// completions than it holds fails for good, and its queue pairs with it: size it for all that can be outstanding.
/// <see cref="Poll"/> and <see cref="Arm"/> allocate nothing and may be called from several threads; they must not run
/// concurrently with <see cref="Dispose"/>.
/// </summary>
public sealed unsafe class CompletionQueue : IDisposable
{
    private readonly delegate* unmanaged[SuppressGCTransition]<nint, int, WorkCompletion*, int> _poll;
    private readonly delegate* unmanaged<nint, int, int> _requestNotify;
    private nint _queue;

    internal CompletionQueue(RdmaContext context, int capacity, CompletionChannel? channel, int vector)
    {
        Context = context;
        Channel = channel;
        _poll = ContextOperations.PollCq(context.Pointer);
        _requestNotify = ContextOperations.RequestNotifyCq(context.Pointer);
        Handle = new NativeHandle(LibIbverbs.DestroyCq, this, context.Handle, channel?.Handle);
        _queue = LibIbverbs.CreateCq(context.Pointer, capacity, Handle.Token, channel?.Handle.Pointer ?? 0, vector);
        Handle.Created(_queue, () => RdmaException.FromLastError("ibv_create_cq"));
    }

    /// <summary>The device context it belongs to.</summary>
    public RdmaContext Context { get; }

    /// <summary>The channel that reports its events, or null.</summary>
    public CompletionChannel? Channel { get; }

    /// <summary>The completions it can hold; at least what was asked for.</summary>
    public int Capacity => *(int*)(Pointer + VerbsLayout.CqEntries);

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

    /// <summary>Takes what has completed, in order. Does not block. ibv_poll_cq(3).</summary>
    /// <param name="completions">Filled from the start.</param>
    /// <returns>How many were filled; fewer than the span holds means that the queue was empty.</returns>
    /// <exception cref="RdmaException">The queue failed, for instance by overrun.</exception>
    /// <exception cref="ObjectDisposedException">The queue is disposed.</exception>
    public int Poll(Span<WorkCompletion> completions)
    {
        int count;
        fixed (WorkCompletion* first = completions)
            count = _poll(Pointer, completions.Length, first);
        GC.KeepAlive(this);
        return count >= 0 ? count : throw new RdmaException("ibv_poll_cq", -count);
    }

    /// <summary>
    /// Asks for one event on the channel when the next completion is added. Completions already in the queue raise
    /// none: poll once more after arming. ibv_req_notify_cq(3).
    /// </summary>
    /// <param name="solicitedOnly">
    /// Only for a receive whose sender set <see cref="SendFlags.Solicited"/>, or an error.
    /// </param>
    /// <exception cref="RdmaException">The queue could not be armed.</exception>
    /// <exception cref="ObjectDisposedException">The queue is disposed.</exception>
    public void Arm(bool solicitedOnly = false)
    {
        int result = _requestNotify(Pointer, solicitedOnly ? 1 : 0);
        GC.KeepAlive(this);
        RdmaException.ThrowIfError("ibv_req_notify_cq", result);
    }

    /// <summary>Changes the capacity; completions in the queue are kept. ibv_resize_cq(3).</summary>
    /// <param name="capacity">The completions it is to hold.</param>
    /// <exception cref="RdmaException">The device cannot, or more completions are in the queue.</exception>
    public void Resize(int capacity)
    {
        int result = LibIbverbs.ResizeCq(Pointer, capacity);
        GC.KeepAlive(this);
        RdmaException.ThrowIfError("ibv_resize_cq", result);
    }

    /// <summary>Destroys the queue, or leaves that to the last of its queue pairs to be disposed.</summary>
    public void Dispose()
    {
        _queue = 0;
        Handle.Dispose();
    }
}
