using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using FastSockets.AspNetCore.Internal;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FastSockets.AspNetCore.Tests;

/// <summary>Kestrel's protocols over Fast Sockets, to an HttpClient over Fast Sockets.</summary>
public abstract class KestrelTests(IPath path)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_TellsWhatCarriesIt()
    {
        await using Server server = await Server.StartAsync(path.Address);
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
        await using Server server = await Server.StartAsync(path.Address, protocols, tls);
        using HttpClient client = Client(server, protocols);
        foreach (int size in new[] { 0, 1, 511, 16 * 1024, 100_000, 16 * 1024 * 1024 })
        {
            byte[] down = await client.GetByteArrayAsync($"/data/{size}", Cancellation).WaitAsync(Limit);
            Assert.Equal(SHA256.HashData(Server.Data(size)), SHA256.HashData(down));
            using HttpResponseMessage up = await client.PostAsync("/hash", new ByteArrayContent(Server.Data(size)), Cancellation).WaitAsync(Limit);
            Assert.Equal(Convert.ToHexString(SHA256.HashData(Server.Data(size))), await up.Content.ReadAsStringAsync(Cancellation));
        }
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Requests_FiveHundredAtOnce_AreAllAnswered(HttpProtocols protocols)
    {
        await using Server server = await Server.StartAsync(path.Address, protocols);
        using HttpClient client = Client(server, protocols);
        byte[][] answers = await Task.WhenAll(
            Enumerable.Range(0, 500).Select(i => client.GetByteArrayAsync($"/data/{1000 + i}", Cancellation))).WaitAsync(Limit);
        for (int i = 0; i < answers.Length; i++)
            Assert.Equal(Server.Data(1000 + i), answers[i]);
    }

    [Fact]
    public async Task WebSocket_EchoesMessages()
    {
        await using Server server = await Server.StartAsync(path.Address);
        using var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(Clients.Handler(path.Transport));
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
        await using Server server = await Server.StartAsync(path.Address);
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
        await using Server server = await Server.StartAsync(path.Address);
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
        await using Server server = await Server.StartAsync(path.Address);
        var wrong = await Assert.ThrowsAsync<IOException>(() => Server.StartAsync(
            path.Address, configure: host => host.ConfigureKestrel(kestrel => kestrel.Listen(path.Address, server.Url.Port))));
        Assert.IsType<AddressInUseException>(wrong.InnerException);
    }

    [Fact]
    public async Task ListenFast_ServesItsEndPointOnly_WhenPlainOnesStayWithKestrel()
    {
        await using Server server = await Server.StartAsync(path.Address, configure: host =>
        {
            host.UseFastSockets(options => options.TakesPlainEndPoints = false);
            host.ConfigureKestrel(kestrel => kestrel.ListenFast(path.Address, 0));
        });
        using var plain = new HttpClient { BaseAddress = server.Url };
        Assert.Equal("none", await plain.GetStringAsync("/", Cancellation).WaitAsync(Limit));
    }

    [Fact]
    public async Task ConnectionFactory_ConnectsContexts()
    {
        await using Server server = await Server.StartAsync(path.Address);
        using var factory = new FastConnectionFactory();
        await using ConnectionContext connection =
            await factory.ConnectAsync(new IPEndPoint(path.Address, server.Url.Port), Cancellation);
        Assert.Equal(path.Transport, connection.Features.Get<IFastSocketFeature>()!.Transport);
        await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: fast\r\nConnection: close\r\n\r\n"), Cancellation);
        using var text = new StreamReader(connection.Transport.Input.AsStream());
        Assert.EndsWith(path.Transport.ToString(), (await text.ReadToEndAsync(Cancellation).WaitAsync(Limit)).Trim('\r', '\n', '0'), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ConnectionClosed_TellsThatThePeerHasGone_ThoughNobodyReads(bool isReset)
    {
        var listeners = new FastSocketTransportFactory(Options.Create(new FastSocketTransportOptions()), NullLoggerFactory.Instance);
        await using IConnectionListener listener = await listeners.BindAsync(new IPEndPoint(path.Address, 0), Cancellation);
        using var client = new FastSocket(path.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.EndPoint, Cancellation);
        await using ConnectionContext connection = (await listener.AcceptAsync(Cancellation))!;
        var closed = new TaskCompletionSource();
        connection.ConnectionClosed.Register(closed.SetResult);
        await client.SendAsync("hello"u8.ToArray());
        ReadResult read = await connection.Transport.Input.ReadAsync(Cancellation);
        connection.Transport.Input.AdvanceTo(read.Buffer.End);
        await Task.Delay(100, Cancellation);
        Assert.False(closed.Task.IsCompleted);
        if (isReset)
            client.LingerState = new LingerOption(true, 0);

        client.Dispose();
        await closed.Task.WaitAsync(Limit);
    }

    private HttpClient Client(Server server, HttpProtocols protocols = HttpProtocols.Http1) => new(Clients.Handler(path.Transport))
    {
        BaseAddress = server.Url,
        Timeout = Limit,
        DefaultRequestVersion = protocols == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}

/// <summary>Over TCP, where there is no RDMA.</summary>
public sealed class KestrelByTcp() : KestrelTests(new TcpPath());
