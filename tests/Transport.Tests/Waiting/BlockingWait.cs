using FastSockets.Transport.Progress;

namespace FastSockets.Transport.Tests.Waiting;

/// <summary>A wait in a call, that only completes.</summary>
internal sealed class BlockingWait : Operation
{
    protected override void OnCancelled()
    {
    }

    protected override void OnIdle()
    {
    }
}
