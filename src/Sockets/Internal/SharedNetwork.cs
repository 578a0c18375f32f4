using FastSockets.Transport;
using Microsoft.Extensions.Logging;

namespace FastSockets.Internal;

/// <summary>The process's one <see cref="RdmaNetwork"/>, opened by the first socket that could use it.</summary>
internal static class SharedNetwork
{
    private static readonly bool s_disabled = new FastSocketsOptions().DisableRdma;

    private static readonly Lock s_gate = new();
    private static volatile Opened? s_opened;

    /// <summary>The network, if one was opened.</summary>
    public static RdmaNetwork? Current => s_opened?.Network;

    /// <summary>The network, or null with the reason why sockets with <paramref name="options"/> do without.</summary>
    public static RdmaNetwork? Get(FastSocketsOptions options, out FallbackReason reason, out string detail)
    {
        if (s_disabled || options.DisableRdma)
        {
            reason = FallbackReason.Disabled;
            detail = s_disabled ? "FASTSOCKETS_DISABLE is set" : "DisableRdma is set";
            return null;
        }

        Opened opened = s_opened ?? OpenOnce(options);
        (reason, detail) = (opened.Reason, opened.Detail);
        return opened.Network;
    }

    private static Opened OpenOnce(FastSocketsOptions options)
    {
        lock (s_gate)
            return s_opened ??= Open(options);
    }

    private static Opened Open(FastSocketsOptions options)
    {
        ILogger logger = options.Logger;
        try
        {
            RdmaNetwork? network = RdmaNetwork.TryOpen(options.ForTransport(), logger, out string detail);
            if (network is not null)
            {
                // What was sent must still reach the peer, as a kernel would see to for TCP.
                AppDomain.CurrentDomain.ProcessExit += (_, _) => network.Drain();
                return new Opened(network, FallbackReason.None, string.Empty);
            }
            Log.NoRdma(logger, detail);
            return new Opened(null, FallbackReason.NoDevice, detail);
        }
        catch (Exception exception)
        {
            // Nothing about RDMA, however broken its installation, may keep a program from TCP.
            Log.OpenFailed(logger, exception);
            return new Opened(null, FallbackReason.DeviceError, exception.Message);
        }
    }

    private sealed record Opened(RdmaNetwork? Network, FallbackReason Reason, string Detail);
}
