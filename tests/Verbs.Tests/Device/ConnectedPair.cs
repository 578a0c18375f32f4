using System.Net;

namespace RdmaSharp.Tests.Device;

/// <summary>A listener and a connection to it by the RDMA CM, all on one channel.</summary>
internal sealed class ConnectedPair : IDisposable
{
    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(30);

    internal ConnectedPair(
        IPAddress address, ReadOnlySpan<byte> connectData = default, ReadOnlySpan<byte> acceptData = default,
        byte? ackTimeout = null)
    {
        Listener = Listen(Channel, address);
        Client = Resolve(Channel, Listener.LocalEndPoint!);
        if (ackTimeout is { } value)
            Client.SetAckTimeout(value);
        ClientSide = new CmEndpoint(Client);
        Client.Connect(ConnectionParameters.Default, connectData);
        Request = Channel.Expect(CmEventType.ConnectRequest);
        Server = Request.Id;
        ServerSide = new CmEndpoint(Server);
        Server.Accept(ConnectionParameters.Default, acceptData);
        CmEvent first = Channel.Expect(CmEventType.Established);
        CmEvent second = Channel.Expect(CmEventType.Established);
        Accepted = first.Id == Client ? first : second;
        Assert.Same(Client, Accepted.Id);
    }

    internal CmEventChannel Channel { get; } = new();

    internal CmId Listener { get; }

    internal CmId Client { get; }

    internal CmId Server { get; }

    internal CmEndpoint ClientSide { get; }

    internal CmEndpoint ServerSide { get; }

    internal CmEvent Request { get; }

    internal CmEvent Accepted { get; }

    internal static CmId Listen(CmEventChannel channel, IPAddress address)
    {
        CmId listener = channel.CreateId();
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen(8);
        return listener;
    }

    internal static CmId Resolve(CmEventChannel channel, IPEndPoint remote)
    {
        CmId id = channel.CreateId();
        id.ResolveAddress(remote, ResolveTimeout);
        channel.Expect(CmEventType.AddressResolved);
        id.ResolveRoute(ResolveTimeout);
        channel.Expect(CmEventType.RouteResolved);
        return id;
    }

    public void Dispose()
    {
        ClientSide.Dispose();
        ServerSide.Dispose();
        Client.Dispose();
        Server.Dispose();
        Listener.Dispose();
        Channel.Dispose();
    }
}
