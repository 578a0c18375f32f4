using System.Net;
using Microsoft.Extensions.Logging;

namespace FastSockets.Transport;

/// <summary>All that the transport logs, from 101 on: the category is the socket layer's, too. Event ids are stable; nothing is logged for each message.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(101, LogLevel.Debug, "Link with {Peer} is up over {Device} ({Role}).")]
    public static partial void LinkUp(ILogger logger, IPEndPoint peer, string device, string role);

    [LoggerMessage(102, LogLevel.Information, "Link with {Peer} has ended: {Reason}.")]
    public static partial void LinkEnded(ILogger logger, IPEndPoint peer, string reason);

    [LoggerMessage(103, LogLevel.Debug, "No link with {Peer}: {Detail}.")]
    public static partial void LinkFailed(ILogger logger, IPEndPoint peer, string detail);

    [LoggerMessage(104, LogLevel.Warning, "A link from {Peer} was refused: {Detail}.")]
    public static partial void LinkRefused(ILogger logger, IPEndPoint? peer, string detail);

    [LoggerMessage(105, LogLevel.Information, "{Device}: receives are posted from {Post} bytes on, sends from pool memory uncopied from {Send}, other memory registered from {Register}.")]
    public static partial void Thresholds(ILogger logger, string device, int post, int register, int send);

    [LoggerMessage(106, LogLevel.Warning, "Link with {Peer} has ended, and {Connections} connections with it: {Reason}.")]
    public static partial void LinkBroke(ILogger logger, IPEndPoint peer, int connections, string reason);
}
