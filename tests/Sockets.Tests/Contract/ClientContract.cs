using System.Net;
using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>TcpListener and TcpClient.</summary>
public abstract class ClientContract<TFixture> : ContractBase<TFixture>
    where TFixture : SocketFixture, new()
{
    [Theory(Timeout = LimitMilliseconds)]
    [InlineData("sync")]
    [InlineData("async")]
    [InlineData("begin end")]
    public async Task ListenConnectAccept_EachForm_Streams(string form)
    {
        dynamic listener = Started();
        dynamic client = NewClient();
        var remote = (IPEndPoint)listener.LocalEndpoint;
        dynamic server;
        switch (form)
        {
            case "sync":
                await OnThread(() => { client.Connect(remote); });
                server = await OnThread(() => (object)listener.AcceptTcpClient());
                break;
            case "async":
                await Bounded((Task)client.ConnectAsync(remote.Address.ToString(), remote.Port));
                var accepting = (Task)listener.AcceptTcpClientAsync();
                await Bounded(accepting);
                server = ((dynamic)accepting).Result;
                break;
            default:
                IAsyncResult connecting =
                    client.BeginConnect(remote.Address, remote.Port, (AsyncCallback?)null, (object?)null);
                IAsyncResult begun = listener.BeginAcceptTcpClient((AsyncCallback?)null, (object?)null);
                await OnThread(() => { client.EndConnect(connecting); });
                server = await OnThread(() => (object)listener.EndAcceptTcpClient(begun));
                break;
        }
        Opened((IDisposable)server);

        Assert.True((bool)client.Connected && (bool)server.Connected);
        Stream to = client.GetStream(), from = server.GetStream();
        Assert.Same(to, (Stream)client.GetStream());
        await Bounded(to.WriteAsync(new byte[] { 1, 2 }, Token));
        byte[] buffer = new byte[2];
        await Bounded(from.ReadExactlyAsync(buffer, Token));
        Assert.Equal((byte[])[1, 2], buffer);
        client.Close();
        Assert.Equal(-1, await OnThread(from.ReadByte));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Listener_Pending_WhenAConnectionWaits()
    {
        dynamic listener = Started();
        Assert.False((bool)listener.Pending());

        dynamic client = NewClient();
        await Bounded((Task)client.ConnectAsync((IPEndPoint)listener.LocalEndpoint));

        while (!(bool)listener.Pending())
            await Task.Delay(5, Token);
        Opened((IDisposable)await OnThread(() => (object)listener.AcceptSocket()));
        Assert.False((bool)listener.Pending());
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Listener_Stop_EndsAcceptAndStartsAgain()
    {
        dynamic listener = Started();
        var accepting = (Task)listener.AcceptSocketAsync();
        await LetItWait();

        listener.Stop();

        Assert.Equal(SocketError.OperationAborted, await ErrorOf(() => Bounded(accepting)));
        Assert.Equal(0, ((IPEndPoint)listener.LocalEndpoint).Port);
        listener.Start();
        Assert.NotEqual(0, ((IPEndPoint)listener.LocalEndpoint).Port);
        listener.Start();
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Listener_AcceptCancelled_OperationCanceled()
    {
        dynamic listener = Started();
        using var cancel = new CancellationTokenSource(100);

        Exception thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            dynamic accepting = listener.AcceptTcpClientAsync(cancel.Token);
            await Bounded((Task)accepting.AsTask());
        });
        Assert.NotNull(thrown);
    }

    [Fact]
    public void Listener_NotStarted_InvalidOperation()
    {
        dynamic listener = Opened((IDisposable)Fixture.CreateListener(new IPEndPoint(Fixture.Address, 0)));

        Assert.Throws<InvalidOperationException>(() => { listener.Pending(); });
        Assert.Throws<InvalidOperationException>(() => { listener.AcceptSocket(); });
        Assert.Throws<InvalidOperationException>(() => { listener.AcceptTcpClientAsync(); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { listener.Start(-1); });
        listener.ExclusiveAddressUse = false;
        Assert.False((bool)listener.ExclusiveAddressUse);
        listener.Start();
        Assert.Throws<InvalidOperationException>(() => { listener.ExclusiveAddressUse = true; });
        Assert.Throws<InvalidOperationException>(() => { listener.AllowNatTraversal(true); });
    }

    [Fact]
    public void Listener_PortTaken_AddressAlreadyInUse()
    {
        dynamic listener = Started();
        dynamic other = Opened((IDisposable)Fixture.CreateListener((IPEndPoint)listener.LocalEndpoint));

        Assert.Equal(SocketError.AddressAlreadyInUse, ErrorOf(() => { other.Start(); }));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Client_Refused_SocketException()
    {
        ISocket bound = NewSocket();
        bound.Bind(new IPEndPoint(Fixture.Address, 0));
        IPEndPoint remote = EndPointOf(bound);
        dynamic client = NewClient();

        Assert.Equal(SocketError.ConnectionRefused, await OnThread(() => ErrorOf(() => { client.Connect(remote); })));
        Assert.False((bool)client.Connected);
        Assert.Throws<InvalidOperationException>(() => { client.GetStream(); });
    }

    [Fact]
    public void Client_Closed_ObjectDisposed()
    {
        dynamic client = Fixture.CreateClient(Fixture.Address.AddressFamily);
        client.Close();
        client.Dispose();

        Assert.False((bool)client.Connected);
        Assert.Null((object?)client.Client);
        Assert.Throws<ObjectDisposedException>(() => { client.GetStream(); });
        Assert.Throws<ObjectDisposedException>(() => { client.Connect(Fixture.Address, 1); });
        Assert.Equal(0, (int)client.Available);
        Assert.False((bool)client.ExclusiveAddressUse);
        Assert.Throws<ObjectDisposedException>(() => { client.ExclusiveAddressUse = true; });
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Client_ClosedWhileConnecting_EndConnectSaysHowItEnded()
    {
        dynamic listener = Started();
        var remote = (IPEndPoint)listener.LocalEndpoint;
        dynamic client = NewClient();
        IAsyncResult connecting =
            client.BeginConnect(remote.Address, remote.Port, (AsyncCallback?)null, (object?)null);
        await OnThread(() => connecting.AsyncWaitHandle.WaitOne());
        client.Close();
        client.EndConnect(connecting);

        client = NewClient();
        EndPoint silent = await SilentListenerAsync();
        connecting = client.BeginConnect(
            ((IPEndPoint)silent).Address, ((IPEndPoint)silent).Port, (AsyncCallback?)null, (object?)null);
        client.Close();
        // Closing shuts down first, which a connect that waits in the kernel may see as a reset.
        SocketError error = await OnThread(() => ErrorOf(() => { client.EndConnect(connecting); }));
        Assert.True(error is SocketError.OperationAborted or SocketError.ConnectionReset, $"{error}");
    }

    [Fact]
    public void Client_Invalid_Throws()
    {
        Assert.Throws<ArgumentException>(() => { Fixture.CreateClient(AddressFamily.Unix); });
        dynamic client = NewClient();
        Assert.Throws<ArgumentNullException>(() => { client.Connect((string)null!, 1); });
        Assert.Throws<ArgumentNullException>(() => { client.Connect((IPEndPoint)null!); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { client.Connect("localhost", 70_000); });
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Client_Options_AreTheSockets()
    {
        dynamic listener = Started();
        dynamic client = NewClient();
        client.NoDelay = true;
        client.ReceiveTimeout = 123;
        client.SendTimeout = 456;
        client.LingerState = new LingerOption(true, 1);
        await Bounded((Task)client.ConnectAsync((IPEndPoint)listener.LocalEndpoint));

        ISocket socket = Fixture.Adapt((object)client.Client);
        Assert.True(socket.NoDelay);
        Assert.Equal((123, 456), (socket.ReceiveTimeout, socket.SendTimeout));
        Assert.Equal(1, socket.LingerState!.LingerTime);
        Assert.Equal(0, (int)client.Available);
        Assert.True((int)client.ReceiveBufferSize > 0);
        Assert.True(Fixture.Transport is null || socket.Fast!.Transport == Fixture.Transport);
    }

    private dynamic Started()
    {
        dynamic listener = Opened((IDisposable)Fixture.CreateListener(new IPEndPoint(Fixture.Address, 0)));
        listener.Start();
        return listener;
    }

    private dynamic NewClient() => Opened((IDisposable)Fixture.CreateClient(Fixture.Address.AddressFamily));
}
