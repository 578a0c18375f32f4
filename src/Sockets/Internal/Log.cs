using System.Net;
using Microsoft.Extensions.Logging;

namespace FastSockets.Internal;

/// <summary>Every message of the socket layer. Event ids are stable; nothing is logged per send or receive.</summary>
internal static partial class Log
{
    public const string Category = "FastSockets";

    [LoggerMessage(1, LogLevel.Information, "No RDMA in this process, sockets use TCP: {Reason}")]
    public static partial void NoRdma(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Warning, "Opening the RDMA devices failed, sockets use TCP")]
    public static partial void OpenFailed(ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Debug, "Connected to {Remote} by RDMA ({Device})")]
    public static partial void ConnectedByRdma(ILogger logger, EndPoint remote, string device);

    [LoggerMessage(4, LogLevel.Debug, "Connecting to {Remote} by TCP: {Reason}, {Detail}")]
    public static partial void FellBack(ILogger logger, EndPoint remote, FallbackReason reason, string detail);

    [LoggerMessage(5, LogLevel.Debug, "Listening on {Local} by RDMA and TCP")]
    public static partial void Listening(ILogger logger, EndPoint? local);

    [LoggerMessage(6, LogLevel.Debug, "Listening on {Local} by TCP only: {Reason}, {Detail}")]
    public static partial void ListeningByTcp(ILogger logger, EndPoint? local, FallbackReason reason, string detail);

    [LoggerMessage(7, LogLevel.Warning, "Listening on {Local} by TCP only, RDMA failed: {Detail}")]
    public static partial void RdmaListenFailed(ILogger logger, EndPoint? local, string detail);

    [LoggerMessage(8, LogLevel.Warning, "Accepting by TCP failed; it is tried again")]
    public static partial void AcceptFailed(ILogger logger, Exception exception);
}
