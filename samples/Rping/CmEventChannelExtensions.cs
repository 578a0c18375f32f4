using RdmaSharp;

namespace Rping;

internal static class CmEventChannelExtensions
{
    /// <summary>Waits for the next event, which must be of this type.</summary>
    internal static CmEvent Expect(this CmEventChannel channel, CmEventType type, TimeSpan timeout)
    {
        CmEvent? cmEvent;
        while (!channel.TryGetEvent(out cmEvent))
        {
            if (!channel.Wait(timeout))
                throw new TimeoutException($"Waited in vain for {type}.");
        }
        return cmEvent.Type == type ? cmEvent : throw new IOException($"Waited for {type}, got {cmEvent}.");
    }
}
