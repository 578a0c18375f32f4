namespace FastSockets.Integration.Tests;

/// <summary>The devices' own counts, summed over all of them; only rise.</summary>
internal static class HardwareCounters
{
    /// <summary>Times that a message met no posted receive, at either end, and had to be sent again.</summary>
    public static long ReceiverNotReady =>
        Read("rcvd_rnr_err") + Read("send_rnr_err") + Read("retry_rnr_exceeded_err");

    private static long Read(string name) =>
        Directory.GetDirectories("/sys/class/infiniband").Sum(device =>
            long.Parse(File.ReadAllText(Path.Combine(device, "ports/1/hw_counters", name)).Trim()));
}
