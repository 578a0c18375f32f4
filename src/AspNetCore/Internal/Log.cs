using Microsoft.Extensions.Logging;

namespace FastSockets.AspNetCore.Internal;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "Connection id \"{ConnectionId}\" aborted: {Reason}")]
    public static partial void Aborted(ILogger logger, string connectionId, string reason);

    [LoggerMessage(2, LogLevel.Error, "Connection id \"{ConnectionId}\": a callback of ConnectionClosed failed.")]
    public static partial void CallbackFailed(ILogger logger, string connectionId, Exception exception);
}
