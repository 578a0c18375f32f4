using System.Net;

namespace RdmaSharp.Tests.Device;

public sealed class ConnectionManagerTests(RdmaFixture rdma) : RdmaTestBase(rdma)
{
    [Fact]
    public void Connect_Accept_CarriesPrivateDataBothWays()
    {
        using var pair = new ConnectedPair(Rdma.Address, "from the client"u8, "from the server"u8);
        Assert.StartsWith("from the client", System.Text.Encoding.ASCII.GetString(pair.Request.PrivateData));
        Assert.Equal(CmId.MaxConnectData, pair.Request.PrivateData.Length);
        Assert.StartsWith("from the server", System.Text.Encoding.ASCII.GetString(pair.Accepted.PrivateData));
        Assert.Same(pair.Listener, pair.Request.Listener);
        Assert.Same(pair.Server, pair.Request.Id);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Connect_EndPoints_AreEachOthers(bool isIPv6)
    {
        IPAddress address = isIPv6 ? Rdma.Address6 : Rdma.Address;
        using var pair = new ConnectedPair(address);
        IPEndPoint listening = Assert.IsType<IPEndPoint>(pair.Listener.LocalEndPoint);
        Assert.NotEqual(0, listening.Port);
        Assert.Equal(listening, pair.Client.RemoteEndPoint);
        Assert.Equal(listening, pair.Server.LocalEndPoint);
        Assert.Equal(pair.Client.LocalEndPoint, pair.Server.RemoteEndPoint);
        Assert.Equal(address, pair.Client.LocalEndPoint!.Address);
    }

    [Fact]
    public void Connect_ThenSend_Arrives()
    {
        using var pair = new ConnectedPair(Rdma.Address);
        pair.ServerSide.Receive(4, 0, 64);
        "over the CM"u8.CopyTo(pair.ClientSide.Bytes);
        pair.ClientSide.Post(new() { Operation = SendOperation.Send }, 0, 11);
        Assert.Equal(11u, pair.ServerSide.AwaitSuccess().Length);
        Assert.Equal("over the CM"u8.ToArray(), pair.ServerSide.Bytes[..11].ToArray());
    }

    [Fact]
    public void Context_OfEveryIdentifier_IsTheSameObject()
    {
        using var pair = new ConnectedPair(Rdma.Address);
        Assert.NotNull(pair.Client.Context);
        Assert.Same(pair.Client.Context, pair.Server.Context);
        Assert.Same(pair.Client.Context, pair.Listener.Context);
        Assert.Contains(pair.Client.Context, RdmaContext.GetConnectionManagerContexts());
        Assert.Equal(Rdma.Context.Device.Name, pair.Client.Context.Device.Name);
        Assert.Equal(RdmaFixture.Port, pair.Client.Port);
    }

    [Fact]
    public void Reject_WithPrivateData_ArrivesWithTheReason()
    {
        using var channel = new CmEventChannel();
        using CmId listener = Listen(channel);
        using CmId client = Resolve(channel, listener.LocalEndPoint!);
        using var side = new CmEndpoint(client);
        client.Connect(ConnectionParameters.Default);
        CmEvent request = channel.Expect(CmEventType.ConnectRequest);
        request.Id.Reject("go away"u8);
        request.Id.Dispose();
        CmEvent rejected = channel.Expect(CmEventType.Rejected);
        Assert.Same(client, rejected.Id);
        Assert.Equal(CmRejectReason.ConsumerDefined, rejected.RejectReason);
        Assert.StartsWith("go away\0", System.Text.Encoding.ASCII.GetString(rejected.PrivateData));
    }

    [Fact]
    public void Connect_NobodyListens_IsInvalidServiceId()
    {
        using var channel = new CmEventChannel();
        using CmId client = Resolve(channel, new IPEndPoint(Rdma.Address, 1));
        using var side = new CmEndpoint(client);
        client.Connect(ConnectionParameters.Default);
        Assert.Equal(CmRejectReason.InvalidServiceId, channel.Expect(CmEventType.Rejected).RejectReason);
    }

    [Fact]
    public void Disconnect_BothEnds_AreToldAndFlushed()
    {
        using var pair = new ConnectedPair(Rdma.Address);
        pair.ClientSide.Receive(1, 0, 64);
        pair.Client.Disconnect();
        var ends = new HashSet<CmId> { pair.Channel.Expect(CmEventType.Disconnected).Id };
        pair.Server.Disconnect();
        ends.Add(pair.Channel.Expect(CmEventType.Disconnected).Id);
        Assert.Equal([pair.Client, pair.Server], ends.OrderBy(id => id == pair.Server));
        Assert.Equal(WorkCompletionStatus.FlushError, pair.ClientSide.Await().Status);
    }

    [Fact]
    public void Dispose_OneEnd_DisconnectsTheOther()
    {
        using var pair = new ConnectedPair(Rdma.Address);
        pair.Client.Dispose();
        Assert.Same(pair.Server, pair.Channel.Expect(CmEventType.Disconnected).Id);
    }

    [Fact]
    public void Migrate_LaterEvents_ComeToTheOtherChannel()
    {
        using var pair = new ConnectedPair(Rdma.Address);
        using var other = new CmEventChannel();
        pair.Server.Migrate(other);
        Assert.Same(other, pair.Server.Channel);
        pair.Client.Disconnect();
        Assert.Same(pair.Server, other.Expect(CmEventType.Disconnected).Id);
        pair.Server.Disconnect();
        Assert.Same(pair.Client, pair.Channel.Expect(CmEventType.Disconnected).Id);
    }

    [Fact]
    public void Migrate_OldChannelDisposed_NewOneKeptAlive()
    {
        var old = new CmEventChannel();
        var other = new CmEventChannel();
        using CmId listener = Listen(old);
        listener.Migrate(other);
        old.Dispose();
        Assert.Throws<ObjectDisposedException>(() => old.TryGetEvent(out _));
        Assert.False(other.TryGetEvent(out _));
        other.Dispose();
        Assert.NotNull(listener.LocalEndPoint);
    }

    [Fact]
    public void Bind_AddressNotOfThisMachine_IsEADDRNOTAVAIL()
    {
        using var channel = new CmEventChannel();
        using CmId id = channel.CreateId();
        Assert.Null(id.Context);
        Assert.Null(id.LocalEndPoint);
        RdmaException thrown = Assert.Throws<RdmaException>(() => id.Bind(IPEndPoint.Parse("192.0.2.1:80")));
        Assert.Equal(("rdma_bind_addr", "EADDRNOTAVAIL"), (thrown.Operation, thrown.ErrorName));
        Assert.Null(id.Context);
    }

    [Fact]
    public void Bind_AddressInUse_IsEADDRINUSE()
    {
        using var channel = new CmEventChannel();
        using CmId first = Listen(channel);
        using CmId second = channel.CreateId();
        Assert.Equal("EADDRINUSE", Assert.Throws<RdmaException>(() => second.Bind(first.LocalEndPoint!)).ErrorName);
    }

    [Fact]
    public void Listen_AnyAddress_AcceptsOnTheDevice()
    {
        using var channel = new CmEventChannel();
        using CmId listener = channel.CreateId();
        listener.Bind(new IPEndPoint(IPAddress.Any, 0));
        listener.Listen(1);
        using CmId client = Resolve(channel, new IPEndPoint(Rdma.Address, listener.LocalEndPoint!.Port));
        using var side = new CmEndpoint(client);
        client.Connect(ConnectionParameters.Default);
        using CmId server = channel.Expect(CmEventType.ConnectRequest).Id;
        Assert.Same(client.Context, server.Context);
    }

    [Fact]
    public void SetAckTimeout_ReachesTheQueuePair()
    {
        using var pair = new ConnectedPair(Rdma.Address, ackTimeout: 19);
        Assert.Equal(19, pair.ClientSide.Pair.Query(QueuePairAttributeMask.AckTimeout).AckTimeout);
    }

    [Fact]
    public void Options_AreAccepted()
    {
        using var channel = new CmEventChannel();
        using CmId id = channel.CreateId();
        id.SetReuseAddress(true);
        id.SetTypeOfService(0x10);
        id.SetAddressFamilyOnly(true);
        id.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        id.Listen(1);
        Assert.Null(id.Context);
    }

    [Fact]
    public void CreateQueuePair_ObjectsOfAnotherContext_IsEINVAL()
    {
        using var pair = new ConnectedPair(Rdma.Address);
        using CmId id = Resolve(pair.Channel, pair.Listener.LocalEndPoint!);
        using ProtectionDomain foreign = Rdma.Context.AllocateProtectionDomain();
        using CompletionQueue queue = Rdma.Context.CreateCompletionQueue(16);
        var options = new QueuePairOptions { SendCompletionQueue = queue, ReceiveCompletionQueue = queue };
        Assert.Equal(
            ("rdma_create_qp", "EINVAL"),
            Assert.Throws<RdmaException>(() => id.CreateQueuePair(foreign, options)) is var thrown
                ? (thrown.Operation, thrown.ErrorName)
                : default);
    }

    [Fact]
    public void Connect_TooMuchPrivateData_IsRefused()
    {
        using var channel = new CmEventChannel();
        using CmId id = channel.CreateId();
        Assert.Throws<ArgumentException>(() => id.Connect(ConnectionParameters.Default, new byte[57]));
        Assert.Throws<ArgumentException>(() => id.Accept(ConnectionParameters.Default, new byte[197]));
        Assert.Throws<ArgumentException>(() => id.Reject(new byte[149]));
    }

    private static CmId Resolve(CmEventChannel channel, IPEndPoint remote) => ConnectedPair.Resolve(channel, remote);

    private CmId Listen(CmEventChannel channel) => ConnectedPair.Listen(channel, Rdma.Address);
}
