using System.Net;

namespace FastSockets.Sockets.Tests;

/// <summary>Options as code, configuration and the environment say them, and what is said of wrong ones.</summary>
public sealed class OptionsTests
{
    [Fact]
    public void Environment_EverySetting_IsTaken()
    {
        FastSocketsOptions options = Options(new()
        {
            ["FASTSOCKETS_DISABLE"] = "1",
            ["FASTSOCKETS_LOCAL_PREFIXES"] = "10.1.0.0/16, fd00::/8",
            ["FASTSOCKETS_RULES"] = "tcp *:5432, rdma 10.2.0.0/16",
            ["FASTSOCKETS_DEVICES"] = "rxe0,mlx5_0",
            ["FASTSOCKETS_CONNECT_TIMEOUT_MS"] = "1500",
            ["FASTSOCKETS_SPIN_US"] = "70",
            ["FASTSOCKETS_REMEMBER_PEERS_MS"] = "0",
            ["FASTSOCKETS_KEEPALIVE_MS"] = "3000",
            ["FASTSOCKETS_LINK_IDLE_MS"] = "5000",
            ["FASTSOCKETS_MAX_LINKS"] = "2",
            ["FASTSOCKETS_RECEIVE_BUFFER_BYTES"] = "65536",
            ["FASTSOCKETS_MAX_RECEIVE_BUFFER_BYTES"] = "131072",
            ["FASTSOCKETS_POST_BYTES"] = "1",
            ["FASTSOCKETS_SEND_BYTES"] = "2",
            ["FASTSOCKETS_REGISTER_BYTES"] = "3",
        });

        AssertAllAreSet(options);
        Assert.Equal(15, Internal.Setting.All.Count);
    }

    [Fact]
    public void Configuration_EverySetting_IsTaken()
    {
        FastSocketsOptions options = Options();
        options.Apply(
            new Dictionary<string, string?>
            {
                ["DisableRdma"] = "True",
                ["LocalPrefixes"] = null,
                ["LocalPrefixes:10"] = "fd00::/8",
                ["LocalPrefixes:9"] = "10.1.0.0/16",
                ["rules"] = "tcp *:5432,rdma 10.2.0.0/16",
                ["Devices"] = "rxe0, mlx5_0",
                ["ConnectTimeout"] = "00:00:01.5",
                ["SpinBudget"] = "00:00:00.000070",
                ["RememberPeersWithout"] = "0:0:0",
                ["KeepAlive"] = "00:00:03",
                ["LinkIdleTime"] = "00:00:05",
                ["MaxLinksPerPeer"] = "2",
                ["ReceiveBufferSize"] = "65536",
                ["MaxReceiveBufferSize"] = "131072",
                ["PostThreshold"] = "1",
                ["SendThreshold"] = "2",
                ["RegisterThreshold"] = "3",
            },
            "FastSockets");

        AssertAllAreSet(options);
    }

    [Fact]
    public void Precedence_CodeOverConfigurationOverEnvironmentOverDefault()
    {
        FastSocketsOptions options = Options(new()
        {
            ["FASTSOCKETS_MAX_LINKS"] = "2", ["FASTSOCKETS_KEEPALIVE_MS"] = "3000", ["FASTSOCKETS_POST_BYTES"] = "3",
        });
        options.Apply([new("KeepAlive", "00:00:04"), new("PostThreshold", "4")], "FastSockets");
        options.PostThreshold = 5;

        Assert.Equal((2, 4, 5), (options.MaxLinksPerPeer, options.KeepAlive.TotalSeconds, options.PostThreshold));
        Assert.Equal(TimeSpan.FromSeconds(2), options.ConnectTimeout);
    }

    [Theory]
    [InlineData("FASTSOCKETS_DISABLE", "yes", "1, true, 0 or false")]
    [InlineData("FASTSOCKETS_CONNECT_TIMEOUT_MS", "2s", "milliseconds from 1 to 3600000")]
    [InlineData("FASTSOCKETS_CONNECT_TIMEOUT_MS", "0", "milliseconds from 1 to 3600000")]
    [InlineData("FASTSOCKETS_SPIN_US", "-2", "microseconds from 0 to 60000000, or -1 for ever")]
    [InlineData("FASTSOCKETS_MAX_LINKS", "65", "a whole number from 1 to 64")]
    [InlineData("FASTSOCKETS_RECEIVE_BUFFER_BYTES", "99999999999", "a whole number from 2048 to 1073741824")]
    [InlineData("FASTSOCKETS_LOCAL_PREFIXES", "10.0.0.0/8,10.1.0.0/33", "networks such as 10.1.0.0/16")]
    [InlineData("FASTSOCKETS_RULES", "udp *:53", "'tcp' or 'rdma'")]
    [InlineData("FASTSOCKETS_DEVICES", "/dev/rxe0", "device names")]
    public void Environment_Wrong_TheMessageSaysWhichWhereAndWhatIsAllowed(string variable, string text, string allowed)
    {
        FormatException wrong = Assert.Throws<FormatException>(() => Options(new() { [variable] = text }));

        Assert.StartsWith($"{variable} is '{text}' (environment variable). Allowed: ", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KeepAlive", "15", "FastSockets:KeepAlive is '15' (configuration). Allowed: a time hh:mm:ss.fff from 00:00:01 to 01:00:00.")]
    [InlineData("KeepAlive", "02:00:00", "from 00:00:01 to 01:00:00")]
    [InlineData("SpinBudget", "forever", "or infinite")]
    [InlineData("SpinBudgt", "00:00:01", "FastSockets:SpinBudgt is no setting (configuration). There are DisableRdma, LocalPrefixes, ")]
    public void Configuration_Wrong_TheMessageSaysWhichWhereAndWhatIsAllowed(string name, string text, string message)
    {
        FormatException wrong = Assert.Throws<FormatException>(() => Options().Apply([new(name, text)], "FastSockets"));

        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_OutOfRange_TheMessageSaysWhichAndWhatIsAllowed()
    {
        FastSocketsOptions options = Options();

        Assert.StartsWith(
            "KeepAlive is from 00:00:01 to 01:00:00.",
            Assert.Throws<ArgumentOutOfRangeException>(() => options.KeepAlive = TimeSpan.Zero).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.SpinBudget = TimeSpan.FromSeconds(-2));
        Assert.Throws<ArgumentOutOfRangeException>(() => options.PostThreshold = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxLinksPerPeer = 0);
        Assert.Throws<ArgumentNullException>(() => options.Rules = null!);
    }

    [Fact]
    public void SpinBudget_Infinite_ByEveryWay()
    {
        FastSocketsOptions byCode = Options(), byConfiguration = Options();
        byCode.SpinBudget = Timeout.InfiniteTimeSpan;
        byConfiguration.Apply([new("SpinBudget", "Infinite")], "x");

        Assert.All(
            [byCode, byConfiguration, Options(new() { ["FASTSOCKETS_SPIN_US"] = "-1" })],
            options => Assert.Equal(Timeout.InfiniteTimeSpan, options.SpinBudget));
    }

    [Fact]
    public void Rules_TheFirstThatMatchesDecides()
    {
        FastSocketsOptions options = Options(new()
        {
            ["FASTSOCKETS_RULES"] = "rdma db.example.com:5432, tcp *:5432, tcp *.slow.example:1-99, rdma [fd00::/8]:7000",
        });
        var address = IPAddress.Parse("10.0.0.1");

        Assert.Equal(
            [FastTransport.Rdma, FastTransport.Tcp, FastTransport.Tcp, null, FastTransport.Rdma, null],
            new[]
            {
                options.RuleFor("DB.example.com", new(address, 5432))?.Transport,
                options.RuleFor(null, new(address, 5432))?.Transport,
                options.RuleFor("a.slow.example", new(address, 99))?.Transport,
                options.RuleFor("a.slow.example", new(address, 100))?.Transport,
                options.RuleFor(null, new(IPAddress.Parse("fd00::1"), 7000))?.Transport,
                options.RuleFor("slow.example", new(address, 50))?.Transport,
            });
    }

    private static void AssertAllAreSet(FastSocketsOptions options)
    {
        Assert.True(options.DisableRdma);
        Assert.Equal([IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("fd00::/8")], options.LocalPrefixes);
        Assert.Equal(["tcp *:5432", "rdma 10.2.0.0/16"], options.Rules.Select(rule => rule.ToString()));
        Assert.Equal(["rxe0", "mlx5_0"], options.Devices);
        Assert.Equal(1500, options.ConnectTimeout.TotalMilliseconds);
        Assert.Equal(70, options.SpinBudget.TotalMicroseconds);
        Assert.Equal(TimeSpan.Zero, options.RememberPeersWithout);
        Assert.Equal(3, options.KeepAlive.TotalSeconds);
        Assert.Equal(5, options.LinkIdleTime.TotalSeconds);
        Assert.Equal(2, options.MaxLinksPerPeer);
        Assert.Equal((65536, 131072), (options.ReceiveBufferSize, options.MaxReceiveBufferSize));
        Assert.Equal((1, 2, 3), (options.PostThreshold, options.SendThreshold, options.RegisterThreshold));

        Transport.TransportOptions given = options.ForTransport();
        Assert.Equal(["rxe0", "mlx5_0"], given.Devices);
        Assert.Equal(
            (1500d, 70d, 0d, 3d, 5d),
            (given.ConnectTimeout.TotalMilliseconds, given.SpinBudget.TotalMicroseconds,
                given.RememberPeersWithout.TotalSeconds, given.KeepAlive.TotalSeconds, given.LinkIdleTime.TotalSeconds));
        Assert.Equal((2, 65536, 131072), (given.MaxLinksPerPeer, given.ReceiveWindow, given.MaxReceiveWindow));
        Assert.Equal((1, 2, 3), (given.PostThreshold, given.SendThreshold, given.RegisterThreshold));
    }

    private static FastSocketsOptions Options(Dictionary<string, string?>? environment = null) =>
        new(name => environment?.GetValueOrDefault(name));
}
