namespace RdmaSharp.Interop;

/// <summary>struct ibv_qp_init_attr.</summary>
internal struct NativeQpInitAttributes
{
    internal const int ReliableConnected = 2;

    internal nint QpContext;
    internal nint SendCq;
    internal nint ReceiveCq;
    internal nint Srq;
    internal QueuePairCapabilities Capabilities;
    internal int Type;
    internal int SignalAll;
}
