using System.Globalization;
using RdmaSharp;

namespace FastSockets.Transport.Verbs;

/// <summary>What drivers count in /sys/class/infiniband/DEVICE/ports/PORT/hw_counters.</summary>
internal static class HardwareCounters
{
    // rxe: RNR NAKs received and sent; mlx5: messages dropped for want of a receive, and senders that gave up.
    private static readonly string[] s_names = ["rcvd_rnr_err", "send_rnr_err", "out_of_buffer", "rnr_nak_retry_err"];

    public static long ReceiverNotReady(RdmaDevice device)
    {
        try
        {
            return Directory.GetDirectories(Path.Combine(device.SysfsPath, "ports"))
                .Sum(port => s_names.Sum(name => Read(Path.Combine(port, "hw_counters", name))));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The device is gone, or sysfs is not this process's to read.
            return 0;
        }
    }

    private static long Read(string file)
    {
        try
        {
            return File.Exists(file) &&
                long.TryParse(File.ReadAllText(file), NumberStyles.Integer, CultureInfo.InvariantCulture, out long count) ? count : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
