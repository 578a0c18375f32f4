using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>Lists of buffers and array segments.</summary>
public abstract class SegmentContract<TFixture> : ContractBase<TFixture>
    where TFixture : SocketFixture, new()
{
    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(true, 10)]
    [InlineData(false, 10)]
    [InlineData(true, 100_000)]
    [InlineData(false, 100_000)]
    public async Task Send_List_ArrivesInOrder(bool blocking, int size)
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        byte[] message = Bytes(3 * size);
        IList<ArraySegment<byte>> list = Cut(message, size, 0, 2 * size);
        Task<byte[]> receiving = ReceiveExactly(server, message.Length);

        int sent = blocking
            ? await OnThread<int>(() => client.Raw.Send(list))
            : await Bounded((Task<int>)client.Raw.SendAsync(list));

        Assert.Equal(message.Length, sent);
        Assert.Equal(message, await receiving);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Receive_List_IsFilledInOrder(bool blocking)
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        await Bounded(client.SendAsync(new byte[] { 1, 2, 3, 4, 5 }, Token));
        await WaitForAvailable(server, 5);
        byte[] buffer = new byte[8];
        IList<ArraySegment<byte>> list = Cut(buffer, 2, 0, 1, 5);

        int received = blocking
            ? server.Raw.Receive(list)
            : await Bounded((Task<int>)server.Raw.ReceiveAsync(list));

        Assert.Equal(5, received);
        Assert.Equal((byte[])[1, 2, 3, 4, 5, 0, 0, 0], buffer);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Receive_ListWaits_EndsWithDataAndWithTheEnd(bool blocking)
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        byte[] buffer = new byte[4];
        Task<int> receiving = Receive();
        await LetItWait();
        Assert.False(receiving.IsCompleted);
        await Bounded(client.SendAsync(new byte[] { 7 }, Token));
        Assert.Equal(1, await receiving);
        Assert.Equal(7, buffer[0]);

        receiving = Receive();
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await receiving);

        Task<int> Receive() => blocking
            ? OnThread<int>(() => server.Raw.Receive(Cut(buffer, 2, 2)))
            : Bounded((Task<int>)server.Raw.ReceiveAsync(Cut(buffer, 2, 2)));
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_TwoListsWait_NeitherIsBrokenUp(bool blocking)
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        client.SendBufferSize = 32_768;
        byte[] ones = new byte[8 << 20], twos = new byte[8 << 20];
        Array.Fill(ones, (byte)1);
        Array.Fill(twos, (byte)2);
        Task<int> first = Send(ones);
        await LetItWait();
        Assert.False(first.IsCompleted);
        Task<int> second = Send(twos);
        await LetItWait();

        byte[] received = await ReceiveExactly(server, ones.Length + twos.Length);

        Assert.Equal((ones.Length, twos.Length), (await first, await second));
        Assert.Equal(ones.Length, received.AsSpan().IndexOf((byte)2));
        Assert.Equal(ones.Length - 1, received.AsSpan().LastIndexOf((byte)1));

        Task<int> Send(byte[] data)
        {
            IList<ArraySegment<byte>> list = Cut(data, data.Length / 2, data.Length / 4, data.Length / 4);
            return blocking ? OnThread<int>(() => client.Raw.Send(list)) : Bounded((Task<int>)client.Raw.SendAsync(list));
        }
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Receive_TwoListsWait_AreFilledOneAfterTheOther()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        byte[] first = new byte[4], second = new byte[4];
        var receivingFirst = (Task<int>)server.Raw.ReceiveAsync(Cut(first, 2, 2));
        var receivingSecond = (Task<int>)server.Raw.ReceiveAsync(Cut(second, 2, 2));
        await LetItWait();

        await Bounded(client.SendAsync(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }, Token));

        Assert.Equal((4, 4), (await Bounded(receivingFirst), await Bounded(receivingSecond)));
        Assert.Equal((byte[])[1, 2, 3, 4], first);
        Assert.Equal((byte[])[5, 6, 7, 8], second);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Receive_ListOfNothing_WaitsForData()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        var receiving = (Task<int>)server.Raw.ReceiveAsync(Cut([], 0, 0));
        await LetItWait();
        Assert.False(receiving.IsCompleted);

        await Bounded(client.SendAsync(new byte[1], Token));

        Assert.Equal(0, await Bounded(receiving));
        Assert.Equal(1, server.Available);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Receive_ListPeek_LeavesTheBytes()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        await Bounded(client.SendAsync(new byte[] { 1, 2, 3 }, Token));
        await WaitForAvailable(server, 3);
        byte[] buffer = new byte[4];

        Assert.Equal(3, (int)server.Raw.Receive(Cut(buffer, 2, 2), SocketFlags.Peek));
        Assert.Equal((byte[])[1, 2, 3, 0], buffer);
        Array.Clear(buffer);
        Assert.Equal(3, await Bounded((Task<int>)server.Raw.ReceiveAsync(Cut(buffer, 2, 2), SocketFlags.Peek)));
        Assert.Equal((byte[])[1, 2, 3, 0], buffer);
        Assert.Equal((byte[])[1, 2, 3], await ReceiveExactly(server, 3));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task List_Invalid_Throws()
    {
        (ISocket client, _) = await ConnectedAsync();
        var empty = new List<ArraySegment<byte>>();

        Assert.Throws<ArgumentNullException>(() => { client.Raw.Send((IList<ArraySegment<byte>>)null!); });
        Assert.Throws<ArgumentNullException>(() => { client.Raw.Receive((IList<ArraySegment<byte>>)null!); });
        Assert.Throws<ArgumentException>(() => { client.Raw.Send(empty); });
        Assert.Throws<ArgumentException>(() => { client.Raw.Receive(empty); });
        Assert.Throws<ArgumentException>(() => { client.Raw.SendAsync(empty); });
        Assert.Throws<ArgumentException>(() => { client.Raw.ReceiveAsync(empty); });
        Assert.Throws<ArgumentNullException>(() => { client.Raw.Send(new List<ArraySegment<byte>> { default }); });
        Assert.Throws<ArgumentNullException>(() => { client.Raw.SendAsync(default(ArraySegment<byte>)); });
        Assert.Equal(
            SocketError.OperationNotSupported,
            ErrorOf(() => { client.Raw.Send(Cut(new byte[1], 1), SocketFlags.Partial); }));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task List_OutError_IsReturnedNotThrown()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        server.Blocking = false;

        Assert.Equal(0, (int)server.Raw.Receive(Cut(new byte[2], 1, 1), SocketFlags.None, out SocketError error));
        Assert.Equal(SocketError.WouldBlock, error);

        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, (int)client.Raw.Send(Cut(new byte[2], 1, 1), SocketFlags.None, out error));
        Assert.Equal(SocketError.Shutdown, error);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Send_ListNonBlocking_SendsAPartAndThenWouldBlock()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        client.Blocking = false;
        byte[] much = new byte[32 << 20];
        long sent = 0;
        SocketError error;
        do
            sent += (int)client.Raw.Send(Cut(much, much.Length / 2, much.Length / 2), SocketFlags.None, out error);
        while (error == SocketError.Success);

        Assert.Equal(SocketError.WouldBlock, error);
        Assert.True(sent > 0);
        client.Shutdown(SocketShutdown.Send);
        long received = 0;
        byte[] buffer = new byte[1 << 20];
        while (await ReceiveAsync(server, buffer) is > 0 and int more)
            received += more;
        Assert.Equal(sent, received);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Receive_ListTimeout_TimedOut()
    {
        (_, ISocket server) = await ConnectedAsync();
        server.ReceiveTimeout = 100;

        Assert.Equal(
            SocketError.TimedOut, await OnThread(() => ErrorOf(() => { server.Raw.Receive(Cut(new byte[2], 1, 1)); })));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Segment_Async_UsesTheRange()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();

        Assert.Equal(2, await Bounded((Task<int>)client.Raw.SendAsync(new ArraySegment<byte>([1, 2, 3, 4], 1, 2))));
        await WaitForAvailable(server, 2);
        byte[] buffer = new byte[4];
        Assert.Equal(2, await Bounded(
            (Task<int>)server.Raw.ReceiveAsync(new ArraySegment<byte>(buffer, 1, 3), SocketFlags.None)));

        Assert.Equal((byte[])[0, 2, 3, 0], buffer);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task List_ChangedWhileItIsReceivedInto_WhatItWasIsFilled()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        byte[] wanted = new byte[3], other = new byte[3];
        List<ArraySegment<byte>> list = [new(wanted, 0, 1), new(wanted, 1, 2)];
        Task<int> receiving = (Task<int>)server.Raw.ReceiveAsync(list);
        await LetItWait();
        list.Clear();
        list.Add(other);

        await Bounded(client.SendAsync(new byte[] { 1, 2, 3 }, Token));

        Assert.Equal(3, await Bounded(receiving));
        Assert.Equal((byte[])[1, 2, 3], wanted);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task List_PeerReset_ConnectionResetOnce()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        Task<int> receiving = (Task<int>)client.Raw.ReceiveAsync(Cut(new byte[2], 1, 1));
        await LetItWait();
        server.Close(0);

        Assert.Equal(SocketError.ConnectionReset, await ErrorOf(() => Bounded(receiving)));
        Assert.Equal(0, (int)client.Raw.Receive(Cut(new byte[2], 1, 1)));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task List_Disposed_ObjectDisposed()
    {
        (ISocket client, _) = await ConnectedAsync();
        client.Dispose();

        Assert.Throws<ObjectDisposedException>(() => { client.Raw.Send(Cut(new byte[1], 1)); });
        Assert.Throws<ObjectDisposedException>(() => { client.Raw.Receive(Cut(new byte[1], 1)); });
        await Assert.ThrowsAsync<ObjectDisposedException>(() => (Task<int>)client.Raw.SendAsync(Cut(new byte[1], 1)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() =>
            (Task<int>)client.Raw.ReceiveAsync(Cut(new byte[1], 1)));
    }

    internal static IList<ArraySegment<byte>> Cut(byte[] data, params int[] sizes)
    {
        var list = new List<ArraySegment<byte>>();
        int offset = 0;
        foreach (int size in sizes)
        {
            list.Add(new ArraySegment<byte>(data, offset, size));
            offset += size;
        }
        return list;
    }
}
