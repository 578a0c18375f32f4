namespace RdmaSharp.Interop;

/// <summary>struct ibv_async_event.</summary>
internal struct NativeAsyncEvent
{
    /// <summary>An object pointer or, for port events, the port number.</summary>
    internal nint Element;
    internal AsyncEventType Type;
}
