using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>Options by level and name, before and after connecting.</summary>
public abstract class SocketOptionContract<TFixture> : ContractBase<TFixture>
    where TFixture : SocketFixture, new()
{
    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, 1)]
    [InlineData(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 77)]
    [InlineData(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 7)]
    [InlineData(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 5)]
    [InlineData(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, 1)]
    [InlineData(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, 1)]
    [InlineData(SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline, 1)]
    [InlineData(SocketOptionLevel.Socket, SocketOptionName.SendTimeout, 1500)]
    [InlineData(SocketOptionLevel.Socket, SocketOptionName.ReceiveTimeout, 2500)]
    [InlineData(SocketOptionLevel.IP, SocketOptionName.TypeOfService, 16)]
    public async Task Set_BeforeOrAfterConnecting_IsReadBack(SocketOptionLevel level, SocketOptionName name, int value)
    {
        if (level == SocketOptionLevel.IP && Fixture.Address.AddressFamily != AddressFamily.InterNetwork)
            return;
        ISocket listener = NewListener();
        ISocket before = NewSocket(), after = NewSocket();
        before.Raw.SetSocketOption(level, name, value);
        await Bounded(before.ConnectAsync(listener.LocalEndPoint!, Token));
        await Bounded(after.ConnectAsync(listener.LocalEndPoint!, Token));
        Assert.NotEqual(value, (int)after.Raw.GetSocketOption(level, name));
        after.Raw.SetSocketOption(level, name, value);

        Assert.Equal(value, (int)before.Raw.GetSocketOption(level, name));
        Assert.Equal(value, (int)after.Raw.GetSocketOption(level, name));
        if (name is SocketOptionName.SendTimeout or SocketOptionName.ReceiveTimeout)
            return;
        Assert.Equal(value, BitConverter.ToInt32((byte[])after.Raw.GetSocketOption(level, name, 4)));
        byte[] bytes = new byte[4];
        after.Raw.GetSocketOption(level, name, bytes);
        Assert.Equal(value, BitConverter.ToInt32(bytes));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Timeouts_AsBytes_AreTheKernelsTimevals()
    {
        (ISocket client, _) = await ConnectedAsync();
        byte[] timeval = new byte[16];
        BitConverter.TryWriteBytes(timeval, 2L);
        BitConverter.TryWriteBytes(timeval.AsSpan(8), 500_000L);

        client.Raw.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveTimeout, timeval);

        Assert.Equal(0, client.ReceiveTimeout);
        Assert.Equal(
            timeval, (byte[])client.Raw.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveTimeout, 16));
        Assert.Equal(
            SocketError.InvalidArgument,
            ErrorOf(() =>
                { client.Raw.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.SendTimeout, new byte[4]); }));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Set_ByName_IsThePropertys()
    {
        (ISocket client, _) = await ConnectedAsync();

        client.Raw.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, true);
        client.Raw.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.SendTimeout, 100);
        client.Raw.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveTimeout, 200);
        client.Raw.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, BitConverter.GetBytes(1));
        object linger = new LingerOption(true, 3);
        client.Raw.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, linger);
        client.Raw.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.SendBuffer, 40_000);

        Assert.True(client.NoDelay);
        Assert.Equal((100, 200), (client.SendTimeout, client.ReceiveTimeout));
        Assert.Equal((true, 3), (client.LingerState!.Enabled, client.LingerState.LingerTime));
        Assert.Equal(
            3,
            ((LingerOption)client.Raw.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger)).LingerTime);
        Assert.True(client.SendBufferSize >= 40_000);
        Assert.True((int)client.Raw.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.SendBuffer) >= 40_000);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Linger_AsBytes_IsHonoured()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        byte[] linger = new byte[8];
        linger[0] = 1;

        client.Raw.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, linger);

        Assert.Equal((true, 0), (client.LingerState!.Enabled, client.LingerState.LingerTime));
        Assert.Equal(linger, (byte[])client.Raw.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, 8));
        client.Dispose();
        Assert.Equal(
            SocketError.ConnectionReset,
            await ErrorOf(() => Bounded(server.ReceiveAsync(new byte[1], SocketFlags.None, Token))));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Error_AsBytes_IsToldOnce()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        server.Close(0);
        await OnThread(() => (bool)client.Raw.Poll(-1, SelectMode.SelectRead));

        byte[] error = client.Raw.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error, 4);

        Assert.Equal((int)SocketError.ConnectionReset, BitConverter.ToInt32(error));
        Assert.Equal(0, (int)client.Raw.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task ReceiveTimeout_ByName_IsHonoured()
    {
        (ISocket client, _) = await ConnectedAsync();
        client.Raw.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveTimeout, 100);

        Assert.Equal(SocketError.TimedOut, await OnThread(() => ErrorOf(() => client.Receive(new byte[1]))));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Get_TypeAndError_AreTheConnections()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        Assert.Equal(
            (int)SocketType.Stream, (int)client.Raw.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Type));
        Assert.Equal(0, (int)client.Raw.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));

        server.Close(0);
        await OnThread(() => (bool)client.Raw.Poll(-1, SelectMode.SelectRead));

        Assert.Equal(
            (int)SocketError.ConnectionReset,
            (int)client.Raw.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));
        Assert.Equal(0, (int)client.Raw.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Invalid_SocketErrorsOrArguments()
    {
        (ISocket client, _) = await ConnectedAsync();

        Assert.Equal(
            SocketError.ProtocolOption,
            ErrorOf(() => { client.Raw.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Type, 1); }));
        Assert.Equal(
            SocketError.OperationNotSupported,
            ErrorOf(() => { client.Raw.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.MaxConnections, 1); }));
        Assert.Equal(
            SocketError.OperationNotSupported,
            ErrorOf(() => { client.Raw.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.MaxConnections); }));
        Assert.Throws<ArgumentException>(
            () => { client.Raw.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, (object)"no"); });
        Assert.Throws<ArgumentException>(
            () => { client.Raw.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, (object)1); });
        Assert.Throws<ArgumentNullException>(
            () => { client.Raw.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, (object)null!); });
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Ttl_SetWhenConnected_IsReadBack()
    {
        (ISocket client, _) = await ConnectedAsync();
        Assert.True((short)client.Raw.Ttl > 0);

        client.Raw.Ttl = (short)33;

        Assert.Equal(33, (short)client.Raw.Ttl);
        Assert.Throws<ArgumentOutOfRangeException>(() => { client.Raw.Ttl = (short)-1; });
        Assert.Throws<ArgumentOutOfRangeException>(() => { client.Raw.Ttl = (short)256; });
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task DontFragment_OnIPv4Only()
    {
        (ISocket client, _) = await ConnectedAsync();
        if (Fixture.Address.AddressFamily == AddressFamily.InterNetwork)
        {
            client.Raw.DontFragment = true;
            Assert.True((bool)client.Raw.DontFragment);
        }
        else
            Assert.Throws<NotSupportedException>(() => { _ = (bool)client.Raw.DontFragment; });
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task ExclusiveAddressUse_OnlyBeforeBinding()
    {
        ISocket fresh = NewSocket();
        fresh.Raw.ExclusiveAddressUse = false;
        Assert.False((bool)fresh.Raw.ExclusiveAddressUse);
        Assert.False((bool)fresh.Raw.IsBound);
        (ISocket client, ISocket server) = await ConnectedAsync();

        Assert.True((bool)client.Raw.IsBound && (bool)server.Raw.IsBound);
        Assert.Throws<InvalidOperationException>(() => { client.Raw.ExclusiveAddressUse = true; });
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task IOControl_DataToRead_IsAvailable()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        await Bounded(client.SendAsync(new byte[7], Token));
        await WaitForAvailable(server, 7);
        byte[] answer = new byte[4];

        Assert.Equal(4, (int)server.Raw.IOControl(IOControlCode.DataToRead, (byte[]?)null, answer));

        Assert.Equal(7, BitConverter.ToInt32(answer));
        Assert.Equal(
            SocketError.Fault,
            ErrorOf(() => { server.Raw.IOControl(IOControlCode.DataToRead, (byte[]?)null, (byte[]?)null); }));
        Assert.Throws<InvalidOperationException>(
            () => { server.Raw.IOControl(IOControlCode.NonBlockingIO, (byte[]?)null, (byte[]?)null); });
        Assert.Throws<PlatformNotSupportedException>(
            () => { server.Raw.IOControl(IOControlCode.KeepAliveValues, new byte[12], (byte[]?)null); });
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task WindowsOnly_PlatformNotSupported()
    {
        (ISocket client, _) = await ConnectedAsync();

        Assert.Throws<PlatformNotSupportedException>(
            () => { client.Raw.SetIPProtectionLevel(IPProtectionLevel.Restricted); });
        Assert.Throws<ArgumentException>(() => { client.Raw.SetIPProtectionLevel(IPProtectionLevel.Unspecified); });
        Assert.Throws<PlatformNotSupportedException>(() => { client.Raw.DuplicateAndClose(1); });
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Disposed_ObjectDisposed()
    {
        (ISocket client, _) = await ConnectedAsync();
        client.Dispose();

        Assert.Throws<ObjectDisposedException>(
            () => { client.Raw.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, 1); });
        Assert.Throws<ObjectDisposedException>(
            () => { client.Raw.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive); });
        Assert.Throws<ObjectDisposedException>(
            () => { client.Raw.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error); });
        Assert.Throws<ObjectDisposedException>(() => { _ = (short)client.Raw.Ttl; });
        Assert.Throws<ObjectDisposedException>(
            () => { client.Raw.IOControl(IOControlCode.DataToRead, (byte[]?)null, new byte[4]); });
    }
}
