using RdmaSharp;

namespace FastSockets.Perf;

internal static class CmEventChannelExtensions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits for the next event, which must be of this type.</summary>
    public static CmEvent Expect(this CmEventChannel channel, CmEventType type)
    {
        CmEvent? taken;
        while (!channel.TryGetEvent(out taken))
        {
            if (!channel.Wait(Patience))
                throw new TimeoutException($"Waited in vain for {type}.");
        }
        return taken.Type == type ? taken : throw new IOException($"Waited for {type}, got {taken}.");
    }
}
