using System.Net.NetworkInformation;

namespace FastSockets.Perf;

internal static class TcpPorts
{
    /// <summary>Waits until something listens on <paramref name="port"/>: perftest's client does not try twice.</summary>
    public static async Task ListeningAsync(int port, CancellationToken cancellation)
    {
        while (!IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(end => end.Port == port))
            await Task.Delay(5, cancellation).ConfigureAwait(false);
    }
}
