using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FastSockets.AspNetCore.Tests;

/// <summary>Kestrel's protocols over Fast Sockets, to an HttpClient over Fast Sockets.</summary>
public abstract class KestrelTests(IPath path)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_TellsWhatCarriesIt()
    {
        await using Server server = await Server.StartAsync(path);
        using HttpClient client = Client(server);
        Assert.Equal(path.Transport.ToString(), await client.GetStringAsync("/", Cancellation).WaitAsync(Limit));
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, false)]
    [InlineData(HttpProtocols.Http2, false)]
    [InlineData(HttpProtocols.Http1, true)]
    [InlineData(HttpProtocols.Http2, true)]
    public async Task Bodies_OfAnySize_ArriveWhole(HttpProtocols protocols, bool tls)
    {
        const int Largest = 16 * 1024 * 1024;
        await using Server server = await Server.StartAsync(path, protocols, tls);
        using HttpClient client = Client(server, protocols);
        foreach (int size in new[] { 0, 1, 511, 16 * 1024, 100_000, Largest })
        {
            byte[] down = await client.GetByteArrayAsync($"/data/{size}", Cancellation).WaitAsync(Limit);
            Assert.Equal(Server.HashOf(size), Convert.ToHexString(SHA256.HashData(down)));
            using HttpResponseMessage up = await client.PostAsync("/hash", new ByteArrayContent(Server.Data(size)), Cancellation).WaitAsync(Limit);
            Assert.Equal(Server.HashOf(size), await up.Content.ReadAsStringAsync(Cancellation));
        }
    }

    /// <summary>None is answered before all are there. (Of TLS's handshakes an emulated machine makes a few in a second.)</summary>
    [Theory]
    [InlineData(500, HttpProtocols.Http1, false)]
    [InlineData(500, HttpProtocols.Http2, false)]
    [InlineData(50, HttpProtocols.Http1, true)]
    [InlineData(500, HttpProtocols.Http2, true)]
    public async Task Requests_ManyAtOnce_AreAllAnswered(int count, HttpProtocols protocols, bool tls)
    {
        await using Server server = await Server.StartAsync(path, protocols, tls);
        using HttpClient client = Client(server, protocols);
        byte[][] answers = await Task.WhenAll(Enumerable.Range(0, count).Select(
            i => client.GetByteArrayAsync($"/together/{count}/{1000 + i}", Cancellation))).WaitAsync(Limit);
        for (int i = 0; i < answers.Length; i++)
            Assert.Equal(Server.Data(1000 + i), answers[i]);
    }

    [Fact]
    public async Task WebSocket_EchoesMessages()
    {
        await using Server server = await Server.StartAsync(path);
        using var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(Clients.Handler());
        await socket.ConnectAsync(new UriBuilder(server.Url) { Scheme = "ws", Path = "/socket" }.Uri, invoker, Cancellation).WaitAsync(Limit);
        foreach (int size in new[] { 1, 125, 70_000 })
        {
            byte[] sent = Server.Data(size), back = new byte[size];
            await socket.SendAsync(sent, WebSocketMessageType.Binary, true, Cancellation);
            for (int at = 0; at < size;)
                at += (await socket.ReceiveAsync(back.AsMemory(at), Cancellation).AsTask().WaitAsync(Limit)).Count;

            Assert.Equal(sent, back);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancellation).WaitAsync(Limit);
    }

    [Fact]
    public async Task Stop_LetsRequestsEnd_AndTakesNoMore()
    {
        await using Server server = await Server.StartAsync(path);
        using HttpClient client = Client(server), late = Client(server);
        Task<string> slow = client.GetStringAsync("/slow", Cancellation);
        await server.SlowBegan.Task.WaitAsync(Limit);
        Task stopping = server.StopAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => late.GetStringAsync("/", Cancellation)).WaitAsync(Limit);
        Assert.False(stopping.IsCompleted);
        server.SlowMayEnd.SetResult();
        Assert.Equal("slow", await slow.WaitAsync(Limit));
        await stopping.WaitAsync(Limit);
    }

    [Fact]
    public async Task Client_ThatGoes_AbortsItsRequest()
    {
        await using Server server = await Server.StartAsync(path);
        using (HttpClient client = Client(server))
        {
            using HttpResponseMessage response =
                await client.GetAsync("/endless", HttpCompletionOption.ResponseHeadersRead, Cancellation).WaitAsync(Limit);
            Assert.False(server.Aborted.Task.IsCompleted);
        }

        await server.Aborted.Task.WaitAsync(Limit);
    }

    [Fact]
    public async Task EndPoint_ThatIsTaken_IsToldAsKestrelTellsIt()
    {
        await using Server server = await Server.StartAsync(path);
        var wrong = await Assert.ThrowsAsync<IOException>(() => Server.StartAsync(
            path, configure: host => host.ConfigureKestrel(kestrel => kestrel.Listen(path.Address, server.Url.Port))));
        Assert.IsType<AddressInUseException>(wrong.InnerException);
    }

    [Fact]
    public async Task ListenFast_ServesItsEndPointOnly_WhenPlainOnesStayWithKestrel()
    {
        await using Server server = await Server.StartAsync(path, configure: host =>
        {
            host.UseFastSockets(options => options.TakesPlainEndPoints = false);
            host.ConfigureKestrel(kestrel => kestrel.ListenFast(path.Address, 0));
        });
        using var plain = new HttpClient { BaseAddress = server.Url };
        Assert.Equal("none", await plain.GetStringAsync("/", Cancellation).WaitAsync(Limit));
        using HttpClient fast = Client(server);
        Assert.Equal(
            path.Transport.ToString(), await fast.GetStringAsync(new Uri(server.Urls[1], "/"), Cancellation).WaitAsync(Limit));
    }

    [Fact]
    public async Task ConnectionFactory_ConnectsContexts()
    {
        await using Server server = await Server.StartAsync(path);
        using var factory = new FastConnectionFactory();
        await using ConnectionContext connection =
            await factory.ConnectAsync(new IPEndPoint(path.Address, server.Url.Port), Cancellation);
        Assert.Equal(path.Transport, connection.Features.Get<IFastSocketFeature>()!.Transport);
        await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: fast\r\nConnection: close\r\n\r\n"), Cancellation);
        using var text = new StreamReader(connection.Transport.Input.AsStream());
        Assert.EndsWith(path.Transport.ToString(), (await text.ReadToEndAsync(Cancellation).WaitAsync(Limit)).Trim('\r', '\n', '0'), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectionHandler_ReadsToTheEnd_AndAnswersAfterIt()
    {
        await using Server server = await Server.StartAsync(path, configure: host => host.ConfigureKestrel(kestrel =>
            kestrel.ListenFast(path.Address, 0, listen => listen.UseConnectionHandler<EchoHandler>())));
        using FastSocket client = await ConnectAsync(server.Urls[1].Port);
        byte[] sent = Server.Data(200_000), back = new byte[sent.Length];
        Task sending = Task.Run(async () =>
        {
            await client.SendAsync(sent);
            client.Shutdown(SocketShutdown.Send);
        });
        int at = 0;
        for (int count; (count = await client.ReceiveAsync(back.AsMemory(at)).AsTask().WaitAsync(Limit)) > 0;)
            at += count;

        await sending;
        Assert.Equal(sent, back);
    }

    [Fact]
    public async Task Hub_CallsItsCaller()
    {
        await using Server server = await Server.StartAsync(path);
        using var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(Clients.Handler());
        await socket.ConnectAsync(new UriBuilder(server.Url) { Scheme = "ws", Path = "/hub" }.Uri, invoker, Cancellation).WaitAsync(Limit);
        // SignalR's JSON protocol: records end in 0x1E.
        await SendAsync("{\"protocol\":\"json\",\"version\":1}\u001e");
        Assert.Equal("{}\u001e", await ReceiveAsync());
        await SendAsync("{\"type\":1,\"target\":\"Echo\",\"arguments\":[\"hello\"]}\u001e");
        Assert.Equal("{\"type\":1,\"target\":\"echoed\",\"arguments\":[\"hello\"]}\u001e", await ReceiveAsync());

        Task SendAsync(string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Cancellation);

        async Task<string> ReceiveAsync()
        {
            byte[] buffer = new byte[1024];
            int count = (await socket.ReceiveAsync(buffer.AsMemory(), Cancellation).AsTask().WaitAsync(Limit)).Count;
            return Encoding.UTF8.GetString(buffer, 0, count);
        }
    }

    [Fact]
    public async Task Abort_ByTheApplication_ResetsTheClient()
    {
        await using Server server = await Server.StartAsync(path);
        using FastSocket client = await ConnectAsync(server.Url.Port);
        await client.SendAsync("GET /abort HTTP/1.1\r\nHost: fast\r\n\r\n"u8.ToArray());
        var error = await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(new byte[1]).WaitAsync(Limit));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    [Fact]
    public async Task Stop_EndsIdleConnectionsGracefully()
    {
        await using Server server = await Server.StartAsync(path);
        using FastSocket client = await ConnectAsync(server.Url.Port);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: fast\r\n\r\n"u8.ToArray());
        Assert.True(await client.ReceiveAsync(new byte[4096]).WaitAsync(Limit) > 0);
        Task stopping = server.StopAsync();
        byte[] rest = new byte[4096];
        while (await client.ReceiveAsync(rest).WaitAsync(Limit) > 0)
        {
        }

        await stopping.WaitAsync(Limit);
    }

    /// <summary>It cannot be answered, but its work is done. (A body that is not read before the FIN fails, by Kestrel's rule.)</summary>
    [Fact]
    public async Task Request_WhoseClientDoesNotWait_IsServed()
    {
        await using Server server = await Server.StartAsync(path);
        using (FastSocket client = await ConnectAsync(server.Url.Port))
            await client.SendAsync("POST /hash HTTP/1.1\r\nHost: fast\r\nContent-Length: 0\r\n\r\n"u8.ToArray());

        Assert.Equal(Server.HashOf(0), await server.Hash.Task.WaitAsync(Limit));
    }

    [Fact]
    public async Task Upload_ThatIsReset_FailsAsReset()
    {
        await using Server server = await Server.StartAsync(path);
        using FastSocket client = await ConnectAsync(server.Url.Port);
        await client.SendAsync("POST /hash HTTP/1.1\r\nHost: fast\r\nContent-Length: 100000\r\n\r\nthe begin"u8.ToArray());
        await server.HashBegan.Task.WaitAsync(Limit);
        client.Close(0);
        await Assert.ThrowsAsync<ConnectionResetException>(() => server.Hash.Task.WaitAsync(Limit));
    }

    [Fact]
    public async Task Metrics_CountConnections()
    {
        long opened = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "kestrel.active_connections")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref opened, Math.Max(0, count)));
        listener.Start();
        await using Server server = await Server.StartAsync(path);
        using HttpClient client = Client(server);
        await client.GetStringAsync("/", Cancellation).WaitAsync(Limit);
        Assert.Equal(1, Interlocked.Read(ref opened));
    }

    [Fact]
    public async Task Abort_WithoutReason_EndsTheConnection()
    {
        (FastSocket client, ConnectionContext connection) = await ContextAsync();
        using (client)
        await using (connection)
        {
            Task reading = connection.Transport.Input.ReadAsync(Cancellation).AsTask();
            var closed = new TaskCompletionSource();
            connection.ConnectionClosed.Register(closed.SetResult);
            connection.Abort(null!);
            Assert.Equal(0, await client.ReceiveAsync(new byte[1]).WaitAsync(Limit));
            await closed.Task.WaitAsync(Limit);
            await Assert.ThrowsAsync<ConnectionAbortedException>(() => reading.WaitAsync(Limit));
        }
    }

    [Fact]
    public async Task Reader_OfAResetConnection_SaysSo()
    {
        (FastSocket client, ConnectionContext connection) = await ContextAsync();
        using (client)
        await using (connection)
        {
            Task reading = connection.Transport.Input.ReadAsync(Cancellation).AsTask();
            client.Close(0);
            await Assert.ThrowsAsync<ConnectionResetException>(() => reading.WaitAsync(Limit));
            await Assert.ThrowsAsync<ConnectionResetException>(
                () => connection.Transport.Input.ReadAsync(Cancellation).AsTask().WaitAsync(Limit));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ConnectionClosed_TellsThatThePeerHasGone_ThoughNobodyReads(bool isReset)
    {
        (FastSocket client, ConnectionContext connection) = await ContextAsync();
        using FastSocket first = client;
        await using ConnectionContext second = connection;
        var closed = new TaskCompletionSource();
        connection.ConnectionClosed.Register(closed.SetResult);
        await client.SendAsync("hello"u8.ToArray());
        ReadResult read = await connection.Transport.Input.ReadAsync(Cancellation);
        connection.Transport.Input.AdvanceTo(read.Buffer.End);
        await Task.Delay(100, Cancellation);
        Assert.False(closed.Task.IsCompleted);
        client.Close(isReset ? 0 : -1);
        await closed.Task.WaitAsync(Limit);
    }

    private async Task<FastSocket> ConnectAsync(int port)
    {
        var client = new FastSocket(path.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(path.Address, port, Cancellation).AsTask().WaitAsync(Limit);
        Assert.Equal(path.Transport, client.Transport);
        return client;
    }

    /// <summary>A client, and the connection that it made.</summary>
    private async Task<(FastSocket Client, ConnectionContext Connection)> ContextAsync()
    {
        var listeners = new FastSocketTransportFactory(Options.Create(new FastSocketTransportOptions()), NullLoggerFactory.Instance);
        await using IConnectionListener listener = await listeners.BindAsync(new IPEndPoint(path.Address, 0), Cancellation);
        FastSocket client = await ConnectAsync(((IPEndPoint)listener.EndPoint).Port);
        return (client, (await listener.AcceptAsync(Cancellation).AsTask().WaitAsync(Limit))!);
    }

    private static HttpClient Client(Server server, HttpProtocols protocols = HttpProtocols.Http1) => new(Clients.Handler())
    {
        BaseAddress = server.Url,
        Timeout = Limit,
        DefaultRequestVersion = protocols == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}

/// <summary>Over TCP, where there is no RDMA.</summary>
public sealed class KestrelByTcp() : KestrelTests(new TcpPath());

/// <summary>Over RDMA.</summary>
[Trait("Category", "Rdma")]
public sealed class KestrelByRdma() : KestrelTests(new RdmaPath());
