using FastSockets.Transport.Protocol;

namespace FastSockets.Transport.Progress;

/// <summary>The wait for a peer's answer to OPEN; its result is a <see cref="RefuseReason"/>.</summary>
internal sealed class ConnectOperation : Operation
{
    /// <summary>Given up together with the wait.</summary>
    public Connection? Connection { get; set; }

    protected override void OnCancelled() => Connection?.Abort();

    protected override void OnIdle()
    {
    }
}
