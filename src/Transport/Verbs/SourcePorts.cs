namespace FastSockets.Transport.Verbs;

/// <summary>
/// Ports for the local ends of connections opened on a link. They name no kernel object, only tell connections apart:
/// counted on from the port that the kernel gave the link, within the usual ephemeral range.
/// </summary>
internal static class SourcePorts
{
    private const int First = 32768;
    private const int Count = 28232;

    private static int s_counter;

    public static ushort Next(int linkPort) =>
        (ushort)(First + (uint)(linkPort + Interlocked.Increment(ref s_counter)) % Count);
}
