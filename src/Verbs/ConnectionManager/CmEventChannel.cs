using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using RdmaSharp.Interop;

namespace RdmaSharp;

/// <summary>
/// Delivers the events of its identifiers: <c>struct rdma_event_channel</c>, rdma_create_event_channel(3). Thread-safe;
/// lives until all identifiers on it are disposed too. Identifiers are not kept alive by their channel: keep a
/// reference.
/// </summary>
public sealed unsafe class CmEventChannel : IDisposable
{
    /// <summary>Creates a channel.</summary>
    /// <exception cref="PlatformNotSupportedException">The libraries are missing.</exception>
    /// <exception cref="RdmaException">
    /// Among others ENODEV: there is no device; ENOENT: rdma_ucm is not loaded.
    /// </exception>
    public CmEventChannel()
    {
        Rdma.RequireLibraries();
        Handle = new NativeHandle(
            static channel =>
            {
                LibRdmaCm.DestroyEventChannel(channel);
                return 0;
            },
            null);
        Handle.Created(LibRdmaCm.CreateEventChannel(), () => RdmaException.FromLastError("rdma_create_event_channel"));
        FileDescriptor = *(int*)(Handle.Pointer + VerbsLayout.EventChannelDescriptor);
        Libc.SetNonBlocking(FileDescriptor);
    }

    /// <summary>
    /// A non-blocking descriptor, readable when <see cref="TryGetEvent"/> has an event. Owned by the channel.
    /// </summary>
    public int FileDescriptor { get; }

    internal NativeHandle Handle { get; }

    /// <summary>
    /// Held while librdmacm processes an event, which makes it use the queue pair of the identifier concerned (it
    /// modifies it when the peer accepts or rejects), and while such a queue pair is destroyed.
    /// </summary>
    internal Lock Gate { get; } = new();

    /// <summary>Creates an identifier whose events come to this channel.</summary>
    /// <exception cref="RdmaException">The identifier could not be created.</exception>
    public CmId CreateId() => new(this);

    /// <summary>
    /// Takes one event, and acknowledges it, so that disposing or migrating an identifier never waits. Does not block.
    /// </summary>
    /// <param name="cmEvent">The event.</param>
    /// <returns>False if there is none.</returns>
    /// <exception cref="RdmaException">The channel failed.</exception>
    /// <exception cref="ObjectDisposedException">The channel is disposed.</exception>
    public bool TryGetEvent([NotNullWhen(true)] out CmEvent? cmEvent)
    {
        ObjectDisposedException.ThrowIf(Handle.IsDisposed, this);
        int errno;
        lock (Gate)
        {
            NativeCmEvent* native;
            while (LibRdmaCm.GetEvent(Handle.Pointer, &native) == 0)
            {
                cmEvent = Take(native);
                if (cmEvent is not null)
                    return true;
            }
            errno = Marshal.GetLastPInvokeError();
        }
        cmEvent = null;
        GC.KeepAlive(this);
        return errno is Errno.EAGAIN or Errno.EINTR ? false : throw new RdmaException("rdma_get_cm_event", errno);
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

    /// <summary>Copies and acknowledges an event; null if its identifier is no longer referenced by anybody.</summary>
    private CmEvent? Take(NativeCmEvent* native)
    {
        RdmaMeter.CountEvent(native->Type);
        if (native->Type != CmEventType.ConnectRequest)
        {
            CmId? id = NativeHandle.Find<CmId>(native->Id->Context);
            CmEvent? cmEvent = id is null ? null : new CmEvent(native, id, null);
            LibRdmaCm.AckEvent(native);
            return cmEvent;
        }

        // The new identifier starts with its listener's context. It is ours whatever becomes of the listener.
        CmId? listener = NativeHandle.Find<CmId>(native->ListenId->Context);
        var request = new CmId(this, native->Id);
        CmEvent? connect = listener is null ? null : new CmEvent(native, request, listener);
        LibRdmaCm.AckEvent(native);
        if (connect is null)
            request.Dispose();
        return connect;
    }
}
