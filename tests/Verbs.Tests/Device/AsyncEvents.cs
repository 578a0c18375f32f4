namespace RdmaSharp.Tests.Device;

internal static class AsyncEvents
{
    /// <summary>Waits for an event of a type; others are passed over.</summary>
    internal static AsyncEvent Expect(RdmaContext context, AsyncEventType type)
    {
        long deadline = Environment.TickCount64 + (long)RdmaFixture.Patience.TotalMilliseconds;
        while (Environment.TickCount64 < deadline)
        {
            if (!context.TryGetAsyncEvent(out AsyncEvent asyncEvent))
                Thread.Sleep(1);
            else if (asyncEvent.Type == type)
                return asyncEvent;
        }
        throw new TimeoutException($"no {type}");
    }
}
