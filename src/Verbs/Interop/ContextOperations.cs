namespace RdmaSharp.Interop;

/// <summary>
/// The operations that verbs.h calls inline through <c>ibv_context.ops</c>. Their offsets are the same on x86-64 and
/// arm64 and part of the library's ABI since 2006: they lie before the embedded mutex, whose size differs.
/// </summary>
/// <remarks>
/// Polling and posting receives touch memory and a doorbell and return: the collector waits for them rather than they for its
/// bookkeeping, which takes as long as they do. Posting sends is a system call on some devices, rxe among them.
/// </remarks>
internal static unsafe class ContextOperations
{
    internal const int AllocMwOffset = 64;
    internal const int DeallocMwOffset = 80;
    internal const int PollCqOffset = 96;
    internal const int RequestNotifyCqOffset = 104;
    internal const int PostSrqReceiveOffset = 168;
    internal const int PostSendOffset = 208;
    internal const int PostReceiveOffset = 216;

    internal static delegate* unmanaged<nint, int, NativeMemoryWindow*> AllocMw(nint context) =>
        (delegate* unmanaged<nint, int, NativeMemoryWindow*>)Read(context, AllocMwOffset);

    internal static delegate* unmanaged<nint, int> DeallocMw(nint context) =>
        (delegate* unmanaged<nint, int>)Read(context, DeallocMwOffset);

    internal static delegate* unmanaged[SuppressGCTransition]<nint, int, WorkCompletion*, int> PollCq(nint context) =>
        (delegate* unmanaged[SuppressGCTransition]<nint, int, WorkCompletion*, int>)Read(context, PollCqOffset);

    internal static delegate* unmanaged<nint, int, int> RequestNotifyCq(nint context) =>
        (delegate* unmanaged<nint, int, int>)Read(context, RequestNotifyCqOffset);

    internal static delegate* unmanaged[SuppressGCTransition]<nint, ReceiveWorkRequest*, ReceiveWorkRequest**, int> PostSrqReceive(
        nint context) =>
        (delegate* unmanaged[SuppressGCTransition]<nint, ReceiveWorkRequest*, ReceiveWorkRequest**, int>)Read(context, PostSrqReceiveOffset);

    internal static delegate* unmanaged<nint, SendWorkRequest*, SendWorkRequest**, int> PostSend(nint context) =>
        (delegate* unmanaged<nint, SendWorkRequest*, SendWorkRequest**, int>)Read(context, PostSendOffset);

    internal static delegate* unmanaged[SuppressGCTransition]<nint, ReceiveWorkRequest*, ReceiveWorkRequest**, int> PostReceive(
        nint context) =>
        (delegate* unmanaged[SuppressGCTransition]<nint, ReceiveWorkRequest*, ReceiveWorkRequest**, int>)Read(context, PostReceiveOffset);

    private static nint Read(nint context, int offset) => *(nint*)(context + offset);
}
