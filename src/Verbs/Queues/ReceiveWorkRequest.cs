using System.Runtime.InteropServices;

namespace RdmaSharp;

/// <summary>
/// A request for a receive queue: <c>struct ibv_recv_wr</c>, ibv_post_recv(3). It and its elements are copied while
/// posting; the memory that they name must stay until the completion.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
public unsafe struct ReceiveWorkRequest
{
    /// <summary>Comes back in <see cref="WorkCompletion.Id"/>.</summary>
    [FieldOffset(0)] public ulong Id;

    /// <summary>The next request of the chain, or null.</summary>
    [FieldOffset(8)] public ReceiveWorkRequest* Next;

    /// <summary>Where the message goes, <see cref="ElementCount"/> pieces.</summary>
    [FieldOffset(16)] public ScatterGatherElement* Elements;

    /// <summary>The number of elements.</summary>
    [FieldOffset(24)] public int ElementCount;
}
