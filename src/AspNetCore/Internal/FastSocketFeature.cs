
namespace FastSockets.AspNetCore.Internal;

internal sealed class FastSocketFeature(FastSocket socket) : IFastSocketFeature
{
    public FastSocket Socket => socket;

    public FastTransport Transport => socket.Transport;

    public FallbackReason FallbackReason => socket.FallbackReason;

    public string Detail => socket.FallbackDetail;
}
