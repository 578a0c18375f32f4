using System.Net;
using System.Net.Sockets;

namespace FastSockets.Sockets.Tests;

public sealed class RuleTests
{
    [Theory]
    [InlineData("tcp *")]
    [InlineData("rdma *:7000")]
    [InlineData("tcp 10.0.0.1:1-65534")]
    [InlineData("rdma 10.0.0.0/8:80")]
    [InlineData("tcp db.example.com:5432")]
    [InlineData("tcp *.example.com")]
    [InlineData("rdma fd00::1")]
    [InlineData("rdma [fd00::/8]:7000-7999")]
    public void Parse_Rule_PrintsTheSame(string text) => Assert.Equal(text, FastSocketsRule.Parse(text).ToString());

    [Theory]
    [InlineData("tcp ::ffff:10.1.2.3")]
    [InlineData("tcp [::ffff:10.1.2.0/120]:80")]
    public void Matches_MappedIPv4_AsIPv4(string text)
    {
        FastSocketsRule rule = FastSocketsRule.Parse(text);

        Assert.Equal(text, rule.ToString());
        Assert.True(rule.Matches(null, IPAddress.Parse("10.1.2.3"), 80));
        Assert.False(rule.Matches(null, IPAddress.Parse("10.1.3.3"), 80));
        Assert.True(new FastSocketsOptions { LocalPrefixes = [IPNetwork.Parse("::ffff:10.1.0.0/112")] }
            .IsInLocalPrefix(IPAddress.Parse("10.1.2.3")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("tcp")]
    [InlineData("*:80")]
    [InlineData("kernel *:80")]
    [InlineData("tcp *:0")]
    [InlineData("tcp *:65536")]
    [InlineData("tcp *:90-80")]
    [InlineData("tcp *:-80")]
    [InlineData("tcp *:+80")]
    [InlineData("tcp [fd00::1:80")]
    [InlineData("tcp [fd00::1]80")]
    [InlineData("tcp a b")]
    [InlineData("tcp a*b:80")]
    [InlineData("tcp 10.0.0.0/33")]
    public void Parse_NoRule_FormatException(string text) =>
        Assert.Throws<FormatException>(() => FastSocketsRule.Parse(text));

    [Fact]
    public void Constructor_WrongTransportOrPorts_ArgumentException()
    {
        Assert.Throws<ArgumentException>(() => new FastSocketsRule(FastTransport.Kernel, "*"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FastSocketsRule(FastTransport.Tcp, "*", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FastSocketsRule(FastTransport.Tcp, "*", 2, 1));
    }

    [Fact]
    public async Task TcpRule_ForAPort_KeepsBothEndsOnTcpAndSaysSo()
    {
        var options = new FastSocketsOptions();
        using FastSocket ruled = NewSocket(options);
        ruled.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)ruled.LocalEndPoint!).Port;
        // Rules are looked at when a socket listens or connects.
        options.Rules = [new(FastTransport.Tcp, "*", port)];
        ruled.Listen();
        using FastSocket client = NewSocket(options), named = NewSocket(options);
        client.Connect(ruled.LocalEndPoint!);
        await named.ConnectAsync("localhost", port, TestContext.Current.CancellationToken);

        Assert.All([ruled, client, named], socket =>
        {
            Assert.Equal((FastTransport.Tcp, FallbackReason.Disabled), (socket.Transport, socket.FallbackReason));
            Assert.Equal($"TCP: the rule 'tcp *:{port}'", socket.FallbackDetail);
        });
    }

    [Fact]
    public async Task TcpRule_ForAName_IsMatchedWithWhatTheProgramConnectsTo()
    {
        using var plain = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        plain.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        plain.Listen();
        int port = ((IPEndPoint)plain.LocalEndPoint!).Port;
        var options = new FastSocketsOptions { Rules = [FastSocketsRule.Parse("tcp localhost")] };
        using FastSocket byName = NewSocket(options), byEndPoint = NewSocket(options), byAddress = NewSocket(options);
        byName.Connect("localhost", port);
        await byEndPoint.ConnectAsync(new DnsEndPoint("localhost", port), TestContext.Current.CancellationToken);
        byAddress.Connect(IPAddress.Loopback, port);

        Assert.Equal("TCP: the rule 'tcp localhost'", byName.FallbackDetail);
        Assert.Equal("TCP: the rule 'tcp localhost'", byEndPoint.FallbackDetail);
        Assert.DoesNotContain("rule", byAddress.FallbackDetail, StringComparison.Ordinal);
    }

    private static FastSocket NewSocket(FastSocketsOptions options) =>
        new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp, options);
}
