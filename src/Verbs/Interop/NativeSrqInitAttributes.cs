namespace RdmaSharp.Interop;

/// <summary>struct ibv_srq_init_attr.</summary>
internal struct NativeSrqInitAttributes
{
    internal nint SrqContext;
    internal SharedReceiveQueueAttributes Attributes;
}
