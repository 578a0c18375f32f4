using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>Begin and End.</summary>
public abstract class ApmContract<TFixture> : ContractBase<TFixture>
    where TFixture : SocketFixture, new()
{
    [Fact(Timeout = LimitMilliseconds)]
    public async Task ConnectAndAccept_BeginEnd_Connect()
    {
        ISocket listener = NewListener();
        ISocket client = NewSocket();
        IAsyncResult accepting = listener.Raw.BeginAccept((AsyncCallback?)null, "state");
        IAsyncResult connecting = client.Raw.BeginConnect(listener.LocalEndPoint!, (AsyncCallback?)null, (object?)null);

        await OnThread(() => { client.Raw.EndConnect(connecting); });
        ISocket server = Opened(Fixture.Adapt(await OnThread(() => (object)listener.Raw.EndAccept(accepting))));

        Assert.Equal("state", accepting.AsyncState);
        Assert.True(client.Connected);
        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Accept_WithReceiveSize_BringsTheFirstBytes()
    {
        ISocket listener = NewListener();
        IAsyncResult accepting = listener.Raw.BeginAccept(10, (AsyncCallback?)null, (object?)null);
        ISocket client = NewSocket();
        await Bounded(client.ConnectAsync(listener.LocalEndPoint!, Token));
        await Bounded(client.SendAsync(new byte[] { 1, 2, 3 }, Token));

        (object socket, byte[] buffer, int count) = await OnThread(() =>
        {
            object accepted = listener.Raw.EndAccept(out byte[] bytes, out int received, accepting);
            return (accepted, bytes, received);
        });

        Opened(Fixture.Adapt(socket));
        Assert.Equal(3, count);
        Assert.Equal((byte[])[1, 2, 3], buffer[..3]);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task SendAndReceive_BeginEnd_CarryTheBytes()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        byte[] buffer = new byte[10];
        var called = new TaskCompletionSource<IAsyncResult>();
        IAsyncResult receiving =
            server.Raw.BeginReceive(buffer, 1, 9, SocketFlags.None, (AsyncCallback)called.SetResult, this);
        await LetItWait();
        Assert.False(receiving.IsCompleted);

        IAsyncResult sending =
            client.Raw.BeginSend(new byte[] { 1, 2, 3 }, 1, 2, SocketFlags.None, (AsyncCallback?)null, (object?)null);

        Assert.Equal(2, await OnThread<int>(() => client.Raw.EndSend(sending)));
        Assert.Same(receiving, await Bounded(called.Task));
        Assert.Equal(2, (int)server.Raw.EndReceive(receiving));
        Assert.Same(this, receiving.AsyncState);
        Assert.Equal((byte[])[0, 2, 3], buffer[..3]);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Lists_BeginEnd_CarryTheBytes()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        byte[] buffer = new byte[4];
        IList<ArraySegment<byte>> into = SegmentContract<TFixture>.Cut(buffer, 1, 3);
        IList<ArraySegment<byte>> from = SegmentContract<TFixture>.Cut([5, 6, 7], 2, 1);

        int sent = await OnThread<int>(() => client.Raw.EndSend(
            client.Raw.BeginSend(from, SocketFlags.None, (AsyncCallback?)null, (object?)null)));
        await WaitForAvailable(server, 3);
        int received = await OnThread<int>(() => server.Raw.EndReceive(
            server.Raw.BeginReceive(into, SocketFlags.None, (AsyncCallback?)null, (object?)null)));

        Assert.Equal((3, 3), (sent, received));
        Assert.Equal((byte[])[5, 6, 7, 0], buffer);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task OutError_FailedAtOnce_NullAndTheError()
    {
        (ISocket client, _) = await ConnectedAsync();
        client.Shutdown(SocketShutdown.Send);

        IAsyncResult? sending = client.Raw.BeginSend(
            new byte[1], 0, 1, SocketFlags.None, out SocketError error, (AsyncCallback?)null, (object?)null);

        Assert.Null(sending);
        Assert.Equal(SocketError.Shutdown, error);
        IAsyncResult thrown =
            client.Raw.BeginSend(new byte[1], 0, 1, SocketFlags.None, (AsyncCallback?)null, (object?)null);
        Assert.Equal(SocketError.Shutdown, ErrorOf(() => { client.Raw.EndSend(thrown); }));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task OutError_FailsLater_IsReturnedByEnd()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        IAsyncResult receiving = client.Raw.BeginReceive(
            new byte[1], 0, 1, SocketFlags.None, out SocketError begun, (AsyncCallback?)null, (object?)null);
        Assert.Equal(SocketError.Success, begun);
        await LetItWait();

        server.Close(0);

        (int received, SocketError error) = await OnThread(() =>
        {
            int count = client.Raw.EndReceive(receiving, out SocketError ended);
            return (count, ended);
        });
        Assert.Equal((0, SocketError.ConnectionReset), (received, error));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Accept_NegativeReceiveSize_ArgumentOutOfRange()
    {
        ISocket listener = NewListener();
        await Bounded(NewSocket().ConnectAsync(listener.LocalEndPoint!, Token));

        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            IAsyncResult accepting = listener.Raw.BeginAccept(-1, (AsyncCallback?)null, (object?)null);
            listener.Raw.EndAccept(out byte[] _, accepting);
        });

        Opened(await Bounded(listener.AcceptAsync(Token)));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Datagrams_DisposedBeforeEnd_EndTellsTheOutcome()
    {
        dynamic from = Opened((IDisposable)Fixture.CreateDatagrams(Fixture.Address.AddressFamily));
        dynamic to = Opened((IDisposable)Fixture.CreateDatagrams(Fixture.Address.AddressFamily));
        from.Bind(new System.Net.IPEndPoint(Fixture.Address, 0));
        to.Bind(new System.Net.IPEndPoint(Fixture.Address, 0));
        System.Net.EndPoint peer = new System.Net.IPEndPoint(Fixture.Address, 0);
        System.Net.EndPoint sender = from.LocalEndPoint;
        byte[] buffer = new byte[4];
        IAsyncResult receiving =
            to.BeginReceiveFrom(buffer, 1, 3, SocketFlags.None, ref peer, (AsyncCallback?)null, "state");
        IAsyncResult sending = from.BeginSendTo(
            new byte[] { 1, 2 }, 0, 2, SocketFlags.None, (System.Net.EndPoint)to.LocalEndPoint,
            (AsyncCallback?)null, (object?)null);
        await OnThread(() => sending.AsyncWaitHandle.WaitOne() && receiving.AsyncWaitHandle.WaitOne());
        from.Dispose();
        to.Dispose();

        Assert.Equal(2, (int)from.EndSendTo(sending));
        Assert.Equal(2, (int)to.EndReceiveFrom(receiving, ref peer));
        Assert.Equal(sender, peer);
        Assert.Equal("state", receiving.AsyncState);
        Assert.Equal((byte[])[0, 1, 2, 0], buffer);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Connect_Refused_EndThrows()
    {
        ISocket bound = NewSocket();
        bound.Bind(new System.Net.IPEndPoint(Fixture.Address, 0));
        ISocket client = NewSocket();
        IAsyncResult connecting = client.Raw.BeginConnect(bound.LocalEndPoint!, (AsyncCallback?)null, (object?)null);

        Assert.Equal(
            SocketError.ConnectionRefused, await OnThread(() => ErrorOf(() => { client.Raw.EndConnect(connecting); })));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Invalid_Throws()
    {
        (ISocket client, _) = await ConnectedAsync();

        Assert.Throws<ArgumentNullException>(() =>
        {
            client.Raw.BeginReceive((byte[])null!, 0, 0, SocketFlags.None, (AsyncCallback?)null, (object?)null);
        });
        Assert.Throws<ArgumentOutOfRangeException>(
            () => { client.Raw.BeginSend(new byte[1], 0, 2, SocketFlags.None, (AsyncCallback?)null, (object?)null); });
        Assert.Throws<ArgumentNullException>(() => { client.Raw.EndReceive((IAsyncResult)null!); });
        Assert.Throws<ArgumentException>(() => { client.Raw.EndReceive((IAsyncResult)Task.CompletedTask); });
        Assert.Throws<InvalidOperationException>(
            () => { NewSocket().Raw.BeginAccept((AsyncCallback?)null, (object?)null); });
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Dispose_ReceiveWaits_EndThrowsOperationAborted()
    {
        (ISocket client, _) = await ConnectedAsync();
        IAsyncResult receiving =
            client.Raw.BeginReceive(new byte[1], 0, 1, SocketFlags.None, (AsyncCallback?)null, (object?)null);

        client.Dispose();

        Assert.Equal(
            SocketError.OperationAborted, await OnThread(() => ErrorOf(() => { client.Raw.EndReceive(receiving); })));
    }
}
