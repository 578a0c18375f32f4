using System.Runtime.InteropServices;
using RdmaSharp.Interop;

namespace RdmaSharp;

/// <summary>
/// A type-2 memory window: lends a peer part of a region under a key of its own that can be taken back without
/// deregistering: <c>struct ibv_mw</c>, ibv_alloc_mw(3). It is bound by a work request
/// (<see cref="SendWorkRequest.SetBind"/>) and unbound by a local invalidation, a peer's send with invalidate, or
/// disposal. Not thread-safe.
/// </summary>
public sealed unsafe class MemoryWindow : IDisposable
{
    internal const int Type2 = 2;
    private readonly NativeHandle _handle;

    internal MemoryWindow(ProtectionDomain domain)
    {
        ProtectionDomain = domain;
        nint context = domain.Context.Pointer;
        var allocate = ContextOperations.AllocMw(context);
        var release = (nint)ContextOperations.DeallocMw(context);
        if (allocate is null)
            throw new RdmaException("ibv_alloc_mw", Errno.EOPNOTSUPP, "The device has no memory windows");
        _handle = new NativeHandle(window => ((delegate* unmanaged<nint, int>)release)(window), null, domain.Handle);
        NativeMemoryWindow* window = allocate(domain.Handle.Pointer, Type2);
        int errno = window is null ? Marshal.GetLastSystemError() : 0;
        _handle.Created((nint)window, () => new RdmaException("ibv_alloc_mw", errno));
    }

    /// <summary>The domain it belongs to.</summary>
    public ProtectionDomain ProtectionDomain { get; }

    /// <summary>
    /// The remote key of the current binding, or of the last one. Set it after a binding is posted, not before: the
    /// provider tells the device which key the window has had until then.
    /// </summary>
    public uint Key
    {
        get => ((NativeMemoryWindow*)Pointer)->RemoteKey;
        set => ((NativeMemoryWindow*)Pointer)->RemoteKey = value;
    }

    /// <summary>
    /// The key for the next binding: only the low byte may differ, and a key should not be the previous one.
    /// </summary>
    public uint NextKey => (Key & ~0xFFu) | ((Key + 1) & 0xFFu);

    internal nint Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle.IsDisposed, this);
            return _handle.Pointer;
        }
    }

    /// <summary>Unbinds and frees the window.</summary>
    public void Dispose() => _handle.Dispose();
}
