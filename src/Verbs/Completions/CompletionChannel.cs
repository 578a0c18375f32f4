using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using RdmaSharp.Interop;

namespace RdmaSharp;

/// <summary>
/// Says through a descriptor that an armed completion queue has something: <c>struct ibv_comp_channel</c>,
/// ibv_get_cq_event(3). The way not to lose a wake-up: take all events, arm the queue, poll it once more until empty,
/// and only then wait. Thread-safe; dispose it when nobody waits on its descriptor.
/// </summary>
public sealed unsafe class CompletionChannel : IDisposable
{
    internal CompletionChannel(RdmaContext context)
    {
        Context = context;
        Handle = new NativeHandle(LibIbverbs.DestroyCompChannel, null, context.Handle);
        Handle.Created(
            LibIbverbs.CreateCompChannel(context.Pointer),
            () => RdmaException.FromLastError("ibv_create_comp_channel"));
        FileDescriptor = *(int*)(Handle.Pointer + VerbsLayout.ChannelDescriptor);
        Libc.SetNonBlocking(FileDescriptor);
    }

    /// <summary>The device context it belongs to.</summary>
    public RdmaContext Context { get; }

    /// <summary>
    /// A non-blocking descriptor, readable when <see cref="TryGetEvent"/> has an event. Owned by the channel.
    /// </summary>
    public int FileDescriptor { get; }

    internal NativeHandle Handle { get; }

    /// <summary>Takes one event, and acknowledges it, so that a queue's disposal never waits. Does not block.</summary>
    /// <param name="queue">The queue that has completions; it is no longer armed.</param>
    /// <returns>False if there is none.</returns>
    /// <exception cref="RdmaException">The channel failed.</exception>
    /// <exception cref="ObjectDisposedException">The channel is disposed.</exception>
    public bool TryGetEvent([NotNullWhen(true)] out CompletionQueue? queue)
    {
        ObjectDisposedException.ThrowIf(Handle.IsDisposed, this);
        nint cq, token;
        while (LibIbverbs.GetCqEvent(Handle.Pointer, &cq, &token) == 0)
        {
            queue = NativeHandle.Find<CompletionQueue>(token);
            LibIbverbs.AckCqEvents(cq, 1);
            if (queue is not null)
                return true;
        }
        int errno = Marshal.GetLastPInvokeError();
        queue = null;
        GC.KeepAlive(this);
        return errno is Errno.EAGAIN or Errno.EINTR ? false : throw new RdmaException("ibv_get_cq_event", errno);
    }

    /// <summary>Blocks until there is an event to take.</summary>
    /// <param name="timeout">How long at most, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <returns>False if the time passed.</returns>
    public bool Wait(TimeSpan timeout)
    {
        ObjectDisposedException.ThrowIf(Handle.IsDisposed, this);
        bool readable = Libc.WaitReadable(FileDescriptor, timeout);
        GC.KeepAlive(this);
        return readable;
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
