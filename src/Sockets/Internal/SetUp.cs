using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FastSockets.Internal;

/// <summary>
/// The making of one connection, for <see cref="SocketMeter"/> and the ActivitySource <c>FastSockets</c>. Allocates nothing
/// where nobody listens.
/// </summary>
internal readonly struct SetUp
{
    private static readonly ActivitySource s_source = new("FastSockets");

    private readonly Activity? _activity;
    private readonly long _start;

    private SetUp(Activity? activity)
    {
        _activity = activity;
        // Reading the clock is dear on some virtual machines.
        _start = SocketMeter.IsSetUpTimed ? Stopwatch.GetTimestamp() : 0;
    }

    public static SetUp Connecting(IPEndPoint remote)
    {
        Activity? activity = s_source.StartActivity("FastSockets.Connect", ActivityKind.Client);
        Describe(activity, "connect", remote);
        return new SetUp(activity);
    }

    /// <summary>To be called when a connection was taken from the queue: how long it was waited for says nothing of it.</summary>
    public static SetUp Accepting() => new(s_source.StartActivity("FastSockets.Accept", ActivityKind.Server));

    public void Connected(FastTransport transport, FallbackReason reason)
    {
        SocketMeter.Connected(transport, reason, _start);
        Conclude(transport, reason);
    }

    public void Accepted(FastSocket socket)
    {
        SocketMeter.Accepted(socket.Transport, socket.FallbackReason);
        if (_activity is null)
            return;
        Describe(_activity, "accept", PeerOf(socket));
        Conclude(socket.Transport, socket.FallbackReason);
    }

    public void Failed(Exception exception)
    {
        if (_activity is null)
            return;
        string type = exception is SocketException socket ? socket.SocketErrorCode.ToString() : exception.GetType().FullName!;
        _activity.SetTag("error.type", type);
        _activity.SetStatus(ActivityStatusCode.Error, exception.Message);
        _activity.Dispose();
    }

    private static void Describe(Activity? activity, string what, IPEndPoint? peer)
    {
        if (activity is not { IsAllDataRequested: true } || peer is null)
            return;
        activity.DisplayName = $"{what} {peer}";
        activity.SetTag("network.peer.address", peer.Address.ToString());
        activity.SetTag("network.peer.port", peer.Port);
        activity.SetTag("network.type", peer.AddressFamily == AddressFamily.InterNetwork ? "ipv4" : "ipv6");
    }

    private static IPEndPoint? PeerOf(FastSocket socket)
    {
        try
        {
            return socket.RemoteEndPoint as IPEndPoint;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already.
            return null;
        }
    }

    private void Conclude(FastTransport transport, FallbackReason reason)
    {
        if (_activity is null)
            return;
        _activity.SetTag("network.transport", SocketMeter.NameOf(transport));
        if (reason != FallbackReason.None)
            _activity.SetTag("fastsockets.reason", reason.ToString());
        _activity.Dispose();
    }
}
