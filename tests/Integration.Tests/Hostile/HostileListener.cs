using System.Net;
using FastSockets.Transport.Protocol;
using RdmaSharp;

namespace FastSockets.Integration.Tests.Hostile;

/// <summary>A raw listener of the RDMA CM that victims connect to.</summary>
internal sealed class HostileListener : IDisposable
{
    private readonly CmEventChannel _channel = new();
    private readonly CmId _id;

    public HostileListener()
    {
        _id = _channel.CreateId();
        _id.Bind(new IPEndPoint(Machine.Address, 0));
        _id.Listen(8);
    }

    public IPEndPoint EndPoint => _id.LocalEndPoint!;

    public CmEvent AwaitRequest() => HostilePeer.Await(_channel, CmEventType.ConnectRequest);

    /// <summary>Accepts the next request with this private data.</summary>
    public HostilePeer Accept(ReadOnlySpan<byte> privateData, int credits = 512) =>
        HostilePeer.Accept(AwaitRequest(), privateData, credits);

    public void Dispose()
    {
        _id.Dispose();
        _channel.Dispose();
    }
}
