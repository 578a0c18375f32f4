using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace RdmaSharp;

/// <summary>
/// A request for the send queue: <c>struct ibv_send_wr</c>, ibv_post_send(3). It and the elements it points to are
/// copied while posting, so both may live on the stack; the memory that the elements name must stay until the
/// completion (unless <see cref="SendFlags.Inline"/>).
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
public unsafe struct SendWorkRequest
{
    /// <summary>Comes back in <see cref="WorkCompletion.Id"/>.</summary>
    [FieldOffset(0)] public ulong Id;

    /// <summary>The next request of the chain, or null.</summary>
    [FieldOffset(8)] public SendWorkRequest* Next;

    /// <summary>The local memory, <see cref="ElementCount"/> pieces.</summary>
    [FieldOffset(16)] public ScatterGatherElement* Elements;

    /// <summary>The number of elements.</summary>
    [FieldOffset(24)] public int ElementCount;

    /// <summary>What to do.</summary>
    [FieldOffset(28)] public SendOperation Operation;

    /// <summary>How to do it.</summary>
    [FieldOffset(32)] public SendFlags Flags;

    /// <summary>The immediate value as on the wire, big-endian: see <see cref="Immediate"/>.</summary>
    [FieldOffset(36)] public uint RawImmediate;

    /// <summary>
    /// The key to invalidate: the peer's for a send with invalidate, one's own for a local invalidation.
    /// </summary>
    [FieldOffset(36)] public uint InvalidateKey;

    /// <summary>The remote address of a write, read or atomic.</summary>
    [FieldOffset(40)] public ulong RemoteAddress;

    /// <summary>The remote key of a write or read (not of an atomic: <see cref="AtomicRemoteKey"/>).</summary>
    [FieldOffset(48)] public uint RemoteKey;

    /// <summary>The value to compare with, or to add.</summary>
    [FieldOffset(48)] public ulong CompareOrAdd;

    /// <summary>The value to swap in.</summary>
    [FieldOffset(56)] public ulong Swap;

    /// <summary>The remote key of an atomic.</summary>
    [FieldOffset(64)] public uint AtomicRemoteKey;

    [FieldOffset(80)] internal nint Window;
    [FieldOffset(88)] internal uint WindowKey;
    [FieldOffset(96)] internal nint WindowRegion;
    [FieldOffset(104)] internal ulong WindowAddress;
    [FieldOffset(112)] internal ulong WindowLength;
    [FieldOffset(120)] internal AccessFlags WindowAccess;

    /// <summary>The 32-bit value for the receiver's completion, in host order.</summary>
    public uint Immediate
    {
        readonly get => BinaryPrimitives.ReverseEndianness(RawImmediate);
        set => RawImmediate = BinaryPrimitives.ReverseEndianness(value);
    }

    /// <summary>
    /// Makes this request bind a type-2 window to part of a region: <see cref="Operation"/> and the fields of the
    /// binding. The requests posted after it on the same queue pair find the window bound. Once it is posted, set
    /// <see cref="MemoryWindow.Key"/> to the new key.
    /// </summary>
    /// <param name="window">The window, not bound at present.</param>
    /// <param name="key">The remote key it will have: <see cref="MemoryWindow.NextKey"/>.</param>
    /// <param name="region">
    /// A region of the same protection domain with <see cref="AccessFlags.MemoryWindowBind"/>.
    /// </param>
    /// <param name="address">The first byte exposed.</param>
    /// <param name="length">The number of bytes exposed.</param>
    /// <param name="access">The remote access granted.</param>
    public void SetBind(
        MemoryWindow window, uint key, MemoryRegion region, void* address, ulong length, AccessFlags access)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(region);
        Operation = SendOperation.BindMemoryWindow;
        Window = window.Pointer;
        WindowKey = key;
        WindowRegion = region.Pointer;
        WindowAddress = (ulong)address;
        WindowLength = length;
        WindowAccess = access;
    }
}
