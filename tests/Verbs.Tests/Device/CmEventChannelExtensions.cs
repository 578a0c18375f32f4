namespace RdmaSharp.Tests.Device;

internal static class CmEventChannelExtensions
{
    /// <summary>Waits for the next event, which must be of this type.</summary>
    internal static CmEvent Expect(this CmEventChannel channel, CmEventType type)
    {
        CmEvent? cmEvent;
        while (!channel.TryGetEvent(out cmEvent))
            Assert.True(channel.Wait(RdmaFixture.Patience), $"no {type}");
        Assert.Equal(type, cmEvent.Type);
        return cmEvent;
    }
}
