using System.Net;

namespace FastSockets.AspNetCore.Internal;

/// <summary>An endpoint that was asked for by ListenFast.</summary>
internal sealed class FastEndPoint(IPAddress address, int port) : IPEndPoint(address, port);
