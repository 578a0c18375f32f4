using System.Net.Sockets;

namespace FastSockets.Packages.Tests;

/// <summary>The samples on the device that soft-roce/run provides: what they print of the transport is RDMA.</summary>
[Trait("Category", "Rdma")]
public sealed class SamplesByRdmaTests
{
    private static readonly string s_address = Environment.GetEnvironmentVariable("RDMA_ADDRESS") ?? "RDMA_ADDRESS is not set";

    [Fact(Timeout = 180_000)]
    public async Task Echo_AnswersByRdma()
    {
        using var server = new Sample("Echo", "server", "0");
        using var client = new Sample("Echo", "client", s_address, await server.ReadPortAsync(), "5", "100000");

        await client.ReadLineWithAsync(": Rdma, None: RDMA by ");
        await client.ReadLineWithAsync("5 echoes of 100000 bytes");
        Assert.Equal(0, await client.ExitAsync());
    }

    [Fact(Timeout = 180_000)]
    public async Task Echo_AsNativeCode_AnswersByRdma()
    {
        using Sample server = Sample.Native("Echo", "server", "0");
        using Sample client = Sample.Native("Echo", "client", s_address, await server.ReadPortAsync(), "5", "100000");

        await client.ReadLineWithAsync(": Rdma, None: RDMA by ");
        await client.ReadLineWithAsync("5 echoes of 100000 bytes");
        Assert.Equal(0, await client.ExitAsync());
    }

    /// <summary>A tutorial's code prints no transport: that the kernel has no TCP connection of the server's tells it.</summary>
    [Fact(Timeout = 180_000)]
    public async Task Chat_LinesReachEverybodyByRdma()
    {
        using var server = new Sample("Chat", "server", "0");
        string port = await server.ReadPortAsync();
        using var anna = new Sample("Chat", "client", s_address, port, "Anna");
        await anna.Input.WriteLineAsync("hello?");
        await anna.ReadLineWithAsync("Anna: hello?");
        using var bert = new Sample("Chat", "client", s_address, port, "Bert");
        await bert.Input.WriteLineAsync("I am here");
        await anna.ReadLineWithAsync("Bert: I am here");
        await bert.ReadLineWithAsync("Bert: I am here");
        Assert.Equal(0, SampleTests.CountTcpConnections(port));

        anna.Input.Close();
        bert.Input.Close();
        Assert.Equal((0, 0), (await anna.ExitAsync(), await bert.ExitAsync()));
    }

    [Fact(Timeout = 180_000)]
    public async Task FileCopy_CopiesByRdma()
    {
        string folder = Directory.CreateTempSubdirectory("fastsockets").FullName;
        try
        {
            string original = Path.Combine(folder, "original.bin"), copies = Path.Combine(folder, "copies");
            Directory.CreateDirectory(copies);
            await File.WriteAllBytesAsync(original, new byte[3_000_001], TestContext.Current.CancellationToken);
            using var receiver = new Sample("FileCopy", "receive", "0", copies);
            using var sender = new Sample("FileCopy", "send", original, s_address, await receiver.ReadPortAsync());

            Assert.EndsWith(", the same", await sender.ReadLineWithAsync("3000001 bytes by Rdma, "), StringComparison.Ordinal);
            Assert.Equal((0, 0), (await sender.ExitAsync(), await receiver.ExitAsync()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task Proxy_CarriesAProgramWithoutAHookByRdma()
    {
        using var server = new Sample("Echo", "server", "0");
        using var far = new Sample("Proxy", s_address, "0", "127.0.0.1", await server.ReadPortAsync());
        using var near = new Sample("Proxy", "127.0.0.1", "0", s_address, await far.ReadPortAsync());
        using var program = new TcpClient("127.0.0.1", int.Parse(await near.ReadPortAsync(), null));
        await program.GetStream().WriteAsync(new byte[1000], TestContext.Current.CancellationToken);
        await program.GetStream().ReadExactlyAsync(new byte[1000], TestContext.Current.CancellationToken).AsTask().WaitAsync(Sample.Limit);

        Assert.EndsWith(" by Rdma", await near.ReadLineWithAsync(" by Tcp to "), StringComparison.Ordinal);
        await far.ReadLineWithAsync(" by Rdma to ");
    }

    [Fact(Timeout = 180_000)]
    public async Task WebApi_ServesHttpClientByRdma()
    {
        using var server = new Sample("WebApi", "--urls", $"http://{s_address}:0");
        string url = $"http://{s_address}:{await server.ReadPortAsync("Now listening on: ")}";
        using var client = new Sample("WebClient", url, "first note");

        await client.ReadLineWithAsync("notes: [\"first note\"]");
        await client.ReadLineWithAsync("carried by RDMA by ");
        Assert.Equal(0, await client.ExitAsync());
    }

    /// <summary>One variable, and nothing of the process uses RDMA.</summary>
    [Fact(Timeout = 180_000)]
    public async Task Disable_ByTheEnvironment_KeepsTheProcessOnTcp()
    {
        using var server = new Sample("Echo", "server", "0");
        using var client = new Sample(
            ("FASTSOCKETS_DISABLE", "1"), "Echo", "client", s_address, await server.ReadPortAsync());

        await client.ReadLineWithAsync(": Tcp, Disabled: TCP: FASTSOCKETS_DISABLE is set");
        Assert.Equal(0, await client.ExitAsync());
    }
}
