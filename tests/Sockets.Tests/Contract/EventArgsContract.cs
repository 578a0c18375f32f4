using System.Net;
using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>The forms that take reusable event arguments.</summary>
public abstract class EventArgsContract<TFixture> : ContractBase<TFixture>
    where TFixture : SocketFixture, new()
{
    [Fact(Timeout = LimitMilliseconds)]
    public async Task ConnectAcceptSendReceive_ByEventArgs_CarryTheBytes()
    {
        ISocket listener = NewListener();
        var accept = new Operation(Fixture);
        Task accepting = accept.Start(e => (bool)listener.Raw.AcceptAsync(e));
        var connect = new Operation(Fixture);
        connect.Args.RemoteEndPoint = listener.LocalEndPoint;
        ISocket client = NewSocket();

        await connect.Start(e => (bool)client.Raw.ConnectAsync(e));
        await accepting;

        Assert.Equal(
            (SocketError.Success, SocketError.Success),
            ((SocketError)connect.Args.SocketError, (SocketError)accept.Args.SocketError));
        Assert.Same((object)client.Raw, (object)connect.Args.ConnectSocket);
        Assert.Equal(SocketAsyncOperation.Connect, (SocketAsyncOperation)connect.Args.LastOperation);
        Assert.Equal(SocketAsyncOperation.Accept, (SocketAsyncOperation)accept.Args.LastOperation);
        ISocket server = Opened(Fixture.Adapt((object)accept.Args.AcceptSocket));
        var receive = new Operation(Fixture);
        byte[] buffer = new byte[10];
        receive.Args.SetBuffer(buffer, 2, 8);
        Task receiving = receive.Start(e => (bool)server.Raw.ReceiveAsync(e));
        await LetItWait();
        Assert.False(receiving.IsCompleted);

        var send = new Operation(Fixture);
        send.Args.SetBuffer(new byte[] { 1, 2, 3 }, 0, 3);
        await send.Start(e => (bool)client.Raw.SendAsync(e));
        await receiving;

        Assert.Equal((3, 3), ((int)send.Args.BytesTransferred, (int)receive.Args.BytesTransferred));
        Assert.Equal((byte[])[0, 0, 1, 2, 3, 0, 0, 0, 0, 0], buffer);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Receive_DataIsThere_CompletesAndIsReused()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        var receive = new Operation(Fixture);
        receive.Args.SetBuffer(new Memory<byte>(new byte[1]));
        for (byte i = 0; i < 100; i++)
        {
            await Bounded(client.SendAsync(new[] { i }, Token));
            await receive.Start(e => (bool)server.Raw.ReceiveAsync(e));
            Assert.Equal(1, (int)receive.Args.BytesTransferred);
            Assert.Equal(i, ((Memory<byte>)receive.Args.MemoryBuffer).Span[0]);
        }
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Receive_PeerEnds_ZeroBytes()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        var receive = new Operation(Fixture);
        receive.Args.SetBuffer(new byte[1], 0, 1);
        Task receiving = receive.Start(e => (bool)server.Raw.ReceiveAsync(e));

        client.Shutdown(SocketShutdown.Send);

        await receiving;
        Assert.Equal(
            (SocketError.Success, 0), ((SocketError)receive.Args.SocketError, (int)receive.Args.BytesTransferred));
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(true, SocketError.ConnectionReset)]
    [InlineData(false, SocketError.OperationAborted)]
    public async Task Receive_ResetOrClosed_IsTheError(bool byPeer, SocketError expected)
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        var receive = new Operation(Fixture);
        receive.Args.SetBuffer(new byte[1], 0, 1);
        Task receiving = receive.Start(e => (bool)server.Raw.ReceiveAsync(e));
        await LetItWait();

        if (byPeer)
            client.Close(0);
        else
            server.Dispose();

        await receiving;
        Assert.Equal(expected, (SocketError)receive.Args.SocketError);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task BufferList_SendAndReceive_InOrder()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        byte[] message = Bytes(6000);
        byte[] received = new byte[6000];
        var send = new Operation(Fixture);
        send.Args.BufferList = SegmentContract<TFixture>.Cut(message, 1000, 5000);
        var receive = new Operation(Fixture);
        receive.Args.BufferList = SegmentContract<TFixture>.Cut(received, 4000, 2000);

        await send.Start(e => (bool)client.Raw.SendAsync(e));
        await WaitForAvailable(server, 6000);
        await receive.Start(e => (bool)server.Raw.ReceiveAsync(e));

        Assert.Equal((6000, 6000), ((int)send.Args.BytesTransferred, (int)receive.Args.BytesTransferred));
        Assert.Equal(message, received);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connect_NobodyListens_ConnectionRefused(bool byName)
    {
        ISocket bound = NewSocket();
        bound.Bind(new IPEndPoint(Fixture.Address, 0));
        var connect = new Operation(Fixture);
        connect.Args.RemoteEndPoint = byName
            ? new DnsEndPoint(Fixture.Address.ToString(), EndPointOf(bound).Port)
            : bound.LocalEndPoint;

        await connect.Start(e => (bool)NewSocket().Raw.ConnectAsync(e));

        Assert.Equal(SocketError.ConnectionRefused, (SocketError)connect.Args.SocketError);
        Assert.Null((object?)connect.Args.ConnectSocket);
        Assert.Equal(byName, (object?)connect.Args.ConnectByNameError is not null);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Connect_WithBuffer_SendsIt()
    {
        ISocket listener = NewListener();
        var connect = new Operation(Fixture);
        connect.Args.RemoteEndPoint = listener.LocalEndPoint;
        connect.Args.SetBuffer(new byte[] { 1, 2, 3 }, 0, 3);

        await connect.Start(e => (bool)NewSocket().Raw.ConnectAsync(e));

        ISocket server = Opened(await Bounded(listener.AcceptAsync(Token)));
        Assert.Equal((byte[])[1, 2, 3], await ReceiveExactly(server, 3));
        Assert.Equal(3, (int)connect.Args.BytesTransferred);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Connect_Static_MakesTheSocket()
    {
        ISocket listener = NewListener();
        var connect = new Operation(Fixture);
        connect.Args.RemoteEndPoint = listener.LocalEndPoint;

        await connect.Start(e => Fixture.ConnectAsync(SocketType.Stream, ProtocolType.Tcp, e));

        ISocket client = Opened(Fixture.Adapt((object)connect.Args.ConnectSocket));
        Assert.True(client.Connected);
        Assert.Equal(listener.LocalEndPoint, client.RemoteEndPoint);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Connect_Cancelled_OperationAborted()
    {
        var connect = new Operation(Fixture);
        connect.Args.RemoteEndPoint = await SilentListenerAsync();
        Task connecting = connect.Start(e => Fixture.ConnectAsync(SocketType.Stream, ProtocolType.Tcp, e));
        await LetItWait();
        Assert.False(connecting.IsCompleted);

        Fixture.CancelConnectAsync(connect.Args);

        await connecting;
        Assert.Equal(SocketError.OperationAborted, (SocketError)connect.Args.SocketError);
        Assert.Null((object?)connect.Args.ConnectSocket);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Accept_IntoASocket_IsThatSocket()
    {
        ISocket listener = NewListener();
        ISocket into = NewSocket();
        var accept = new Operation(Fixture);
        accept.Args.AcceptSocket = into.Raw;
        Task accepting = accept.Start(e => (bool)listener.Raw.AcceptAsync(e));

        ISocket client = NewSocket();
        await Bounded(client.ConnectAsync(listener.LocalEndPoint!, Token));
        await accepting;

        Assert.Same((object)into.Raw, (object)accept.Args.AcceptSocket);
        Assert.Equal(client.LocalEndPoint, into.RemoteEndPoint);
        await Bounded(client.SendAsync(new byte[] { 8 }, Token));
        Assert.Equal(8, Assert.Single(await ReceiveExactly(into, 1)));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Accept_ListenerClosed_OperationAborted()
    {
        ISocket listener = NewListener();
        var accept = new Operation(Fixture);
        Task accepting = accept.Start(e => (bool)listener.Raw.AcceptAsync(e));
        await LetItWait();

        listener.Dispose();

        await accepting;
        Assert.Equal(SocketError.OperationAborted, (SocketError)accept.Args.SocketError);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task UnderWay_UsedAgain_InvalidOperation()
    {
        (_, ISocket server) = await ConnectedAsync();
        var receive = new Operation(Fixture);
        receive.Args.SetBuffer(new byte[1], 0, 1);
        Task receiving = receive.Start(e => (bool)server.Raw.ReceiveAsync(e));

        Assert.Throws<InvalidOperationException>(() => { server.Raw.ReceiveAsync(receive.Args); });
        Assert.Throws<InvalidOperationException>(() => { receive.Args.SetBuffer(0, 1); });
        Assert.False(receiving.IsCompleted);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Invalid_Throws()
    {
        (ISocket client, _) = await ConnectedAsync();
        ISocket listener = NewListener();
        dynamic e = Fixture.CreateEventArgs(() => { });

        Assert.Throws<ArgumentOutOfRangeException>(() => { e.SetBuffer(new byte[2], 1, 2); });
        Assert.Throws<ArgumentException>(() => { client.Raw.SendPacketsAsync(e); });
        e.BufferList = SegmentContract<TFixture>.Cut(new byte[1], 1);
        Assert.Throws<ArgumentException>(() => { e.SetBuffer(new byte[1], 0, 1); });
        e.BufferList = null;
        e.SetBuffer(new byte[300], 0, 300);
        Assert.Throws<ArgumentException>(() => { e.BufferList = SegmentContract<TFixture>.Cut(new byte[1], 1); });
        Assert.Throws<PlatformNotSupportedException>(() => { listener.Raw.AcceptAsync(e); });
        e.Dispose();
        Assert.Throws<ObjectDisposedException>(() => { client.Raw.ReceiveAsync(e); });
        client.Dispose();
        Assert.Throws<ObjectDisposedException>(() => { client.Raw.ReceiveAsync(Fixture.CreateEventArgs(() => { })); });
    }

    [Fact]
    public void Buffer_OfAnArray_IsAllOfItWithARange()
    {
        dynamic e = Fixture.CreateEventArgs(() => { });
        e.SetBuffer(5, 5);
        byte[] array = new byte[10];
        e.SetBuffer(array, 2, 3);

        Assert.Same(array, (byte[])e.Buffer);
        Assert.Equal(10, ((Memory<byte>)e.MemoryBuffer).Length);
        e.SetBuffer(4, 6);
        Assert.Equal((4, 6), ((int)e.Offset, (int)e.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => { e.SetBuffer(4, 7); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { e.SetBuffer(-1, 1); });
        e.SetBuffer((byte[]?)null, 7, 7);
        Assert.Null((byte[]?)e.Buffer);
        Assert.Equal((0, 0), ((int)e.Offset, (int)e.Count));
    }

    [Fact]
    public void Buffer_OfMemory_HasNoOtherRange()
    {
        dynamic e = Fixture.CreateEventArgs(() => { });
        byte[] array = new byte[10];
        e.SetBuffer(array.AsMemory(2, 5));

        Assert.Null((byte[]?)e.Buffer);
        Assert.Equal((0, 5, 5), ((int)e.Offset, (int)e.Count, ((Memory<byte>)e.MemoryBuffer).Length));
        Assert.Throws<InvalidOperationException>(() => { e.SetBuffer(0, 1); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { e.SetBuffer(0, 6); });
        Assert.Equal(5, (int)e.Count);
    }

    [Fact]
    public void BufferList_BesideAnEmptyArray_ArgumentException()
    {
        dynamic e = Fixture.CreateEventArgs(() => { });
        e.SetBuffer(Array.Empty<byte>(), 0, 0);

        Assert.Throws<ArgumentException>(() => { e.BufferList = SegmentContract<TFixture>.Cut(new byte[1], 1); });
    }

    [Fact]
    public void BufferList_SegmentWithoutArray_ArgumentNull()
    {
        dynamic e = Fixture.CreateEventArgs(() => { });

        Assert.Throws<ArgumentNullException>(() => { e.BufferList = new List<ArraySegment<byte>> { default }; });
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task BufferList_ChangedAfterItWasSet_IsWhatItWas()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        IList<ArraySegment<byte>> list = SegmentContract<TFixture>.Cut([1, 2, 3], 1, 2);
        var send = new Operation(Fixture);
        send.Args.BufferList = list;
        Assert.Same(list, (object)send.Args.BufferList);
        list.Clear();
        list.Add(new byte[] { 9, 9, 9, 9 });

        await send.Start(e => (bool)client.Raw.SendAsync(e));

        Assert.Equal(3, (int)send.Args.BytesTransferred);
        Assert.Equal((byte[])[1, 2, 3], await ReceiveExactly(server, 3));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task SocketFlags_AfterAnOperation_AreNone()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        await Bounded(client.SendAsync(new byte[] { 7 }, Token));
        var receive = new Operation(Fixture);
        receive.Args.SetBuffer(new byte[1], 0, 1);
        for (int i = 0; i < 2; i++)
        {
            receive.Args.SocketFlags = SocketFlags.Peek;
            await receive.Start(e => (bool)server.Raw.ReceiveAsync(e));
            Assert.Equal(1, (int)receive.Args.BytesTransferred);
            Assert.Equal(SocketFlags.None, (SocketFlags)receive.Args.SocketFlags);
        }
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task ConnectByNameError_AfterTheNextOperation_IsNull()
    {
        (ISocket client, _) = await ConnectedAsync();
        ISocket bound = NewSocket();
        bound.Bind(new IPEndPoint(Fixture.Address, 0));
        var operation = new Operation(Fixture);
        operation.Args.RemoteEndPoint = new DnsEndPoint(Fixture.Address.ToString(), EndPointOf(bound).Port);
        await operation.Start(e => (bool)NewSocket().Raw.ConnectAsync(e));
        Assert.NotNull((object?)operation.Args.ConnectByNameError);

        operation.Args.SetBuffer(new byte[1], 0, 1);
        await operation.Start(e => (bool)client.Raw.SendAsync(e));

        Assert.Null((object?)operation.Args.ConnectByNameError);
    }

    [Fact]
    public void AcceptAndConnect_WithAList_ArgumentException()
    {
        ISocket listener = NewListener();
        dynamic e = Fixture.CreateEventArgs(() => { });
        Assert.Throws<ArgumentNullException>(() => { NewSocket().Raw.ConnectAsync(e); });
        Assert.Throws<ArgumentException>(() => { Fixture.ConnectAsync(SocketType.Stream, ProtocolType.Tcp, e); });
        e.RemoteEndPoint = listener.LocalEndPoint;
        e.BufferList = SegmentContract<TFixture>.Cut(new byte[1], 1);

        Assert.Throws<ArgumentException>(() => { listener.Raw.AcceptAsync(e); });
        Assert.Throws<ArgumentException>(() => { NewSocket().Raw.ConnectAsync(e); });
        Assert.Throws<ArgumentException>(() => { Fixture.ConnectAsync(SocketType.Stream, ProtocolType.Tcp, e); });
        e.BufferList = null;
        e.SetBuffer(Array.Empty<byte>(), 0, 0);
        Assert.ThrowsAny<SystemException>(() => { listener.Raw.AcceptAsync(e); });
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Datagrams_BufferOrList_CarryTheBytes(bool list)
    {
        dynamic from = Opened((IDisposable)Fixture.CreateDatagrams(Fixture.Address.AddressFamily));
        dynamic to = Opened((IDisposable)Fixture.CreateDatagrams(Fixture.Address.AddressFamily));
        from.Bind(new IPEndPoint(Fixture.Address, 0));
        to.Bind(new IPEndPoint(Fixture.Address, 0));
        byte[] buffer = new byte[3];
        var send = new Operation(Fixture);
        var receive = new Operation(Fixture);
        if (list)
        {
            send.Args.BufferList = SegmentContract<TFixture>.Cut([1, 2, 3, 4], 1, 3);
            receive.Args.BufferList = SegmentContract<TFixture>.Cut(buffer, 1, 2);
        }
        else
        {
            send.Args.SetBuffer(new byte[] { 0, 1, 2, 3, 4 }, 1, 4);
            receive.Args.SetBuffer(buffer, 0, 3);
        }
        send.Args.RemoteEndPoint = to.LocalEndPoint;
        receive.Args.RemoteEndPoint = new IPEndPoint(Fixture.Address, 0);
        for (int i = 0; i < 2; i++)
        {
            Task receiving = receive.Start(e =>
                (bool)(i == 0 ? to.ReceiveFromAsync(e) : to.ReceiveMessageFromAsync(e)));
            await send.Start(e => (bool)from.SendToAsync(e));
            await receiving;

            Assert.Equal(4, (int)send.Args.BytesTransferred);
            Assert.Equal(3, (int)receive.Args.BytesTransferred);
            Assert.Equal((byte[])[1, 2, 3], buffer);
            Assert.Equal((EndPoint)from.LocalEndPoint, (EndPoint)receive.Args.RemoteEndPoint);
            Assert.Equal(SocketFlags.Truncated, (SocketFlags)receive.Args.SocketFlags);
            receive.Args.SocketFlags = SocketFlags.None;
            Array.Clear(buffer);
        }
        Assert.ThrowsAny<ArgumentException>(() => { from.SendToAsync(Fixture.CreateEventArgs(() => { })); });
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task SendPackets_BuffersAndFile_InOrder()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllBytesAsync(path, [3, 4, 5, 6], Token);
        var send = new Operation(Fixture);
        send.Args.SendPacketsElements = new[]
        {
            new SendPacketsElement([1, 2]), new SendPacketsElement(path, 1, 2), new SendPacketsElement([7, 8, 9], 1, 1),
        };

        await send.Start(e => (bool)client.Raw.SendPacketsAsync(e));
        File.Delete(path);

        Assert.Equal((SocketError.Success, 5), ((SocketError)send.Args.SocketError, (int)send.Args.BytesTransferred));
        Assert.Equal((byte[])[1, 2, 4, 5, 8], await ReceiveExactly(server, 5));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Disconnect_ByEventArgs_PeerSeesTheEnd()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        var disconnect = new Operation(Fixture);

        await disconnect.Start(e => (bool)client.Raw.DisconnectAsync(e));

        Assert.Equal(SocketError.Success, (SocketError)disconnect.Args.SocketError);
        Assert.False(client.Connected);
        Assert.Equal(0, await ReceiveAsync(server, new byte[1]));
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disconnect_PeerHasReset_IsToldByEventArgsAndTask(bool reuse)
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        server.Close(0);
        Assert.Equal(SocketError.ConnectionReset, await ErrorOf(() => ReceiveAsync(client, new byte[1])));
        var disconnect = new Operation(Fixture);
        disconnect.Args.DisconnectReuseSocket = reuse;

        await disconnect.Start(e => (bool)client.Raw.DisconnectAsync(e));

        Assert.Equal(SocketError.Success, (SocketError)disconnect.Args.SocketError);
        Assert.False(client.Connected);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Receive_OnAListener_IsToldByEventArgs()
    {
        ISocket listener = NewListener();
        var receive = new Operation(Fixture);
        receive.Args.SetBuffer(new byte[1], 0, 1);

        await receive.Start(e => (bool)listener.Raw.ReceiveAsync(e));

        Assert.Equal(SocketError.NotConnected, (SocketError)receive.Args.SocketError);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Completed_ExecutionContext_IsTheCallers()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        var local = new AsyncLocal<int>();
        int seen = 0;
        var receive = new Operation(Fixture, () => seen = local.Value);
        receive.Args.SetBuffer(new byte[1], 0, 1);
        local.Value = 42;
        Task receiving = receive.Start(e => (bool)server.Raw.ReceiveAsync(e));
        local.Value = 1;

        await Bounded(client.SendAsync(new byte[1], Token));
        await receiving;

        Assert.Equal(42, seen);
    }

    /// <summary>Event arguments, and the end of what they were used for.</summary>
    private sealed class Operation
    {
        private TaskCompletionSource _done = new();

        public Operation(SocketFixture fixture, Action? completed = null) =>
            Args = fixture.CreateEventArgs(() =>
            {
                completed?.Invoke();
                _done.SetResult();
            });

        public dynamic Args { get; }

        public Task Start(Func<dynamic, bool> start)
        {
            _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return start(Args) ? Bounded(_done.Task) : Task.CompletedTask;
        }
    }
}
