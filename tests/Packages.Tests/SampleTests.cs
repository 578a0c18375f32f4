using System.Globalization;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace FastSockets.Packages.Tests;

/// <summary>Each sample does what it is for, by TCP, as processes of their own.</summary>
public sealed class SampleTests
{
    [Fact(Timeout = 180_000)]
    public async Task Echo_AnswersItsClient()
    {
        using var server = new Sample("Echo", "server", "0");
        using var client = new Sample("Echo", "client", "127.0.0.1", await server.ReadPortAsync(), "5", "100000");

        await client.ReadLineWithAsync("5 echoes of 100000 bytes");
        Assert.Equal(0, await client.ExitAsync());
    }

    [Fact(Timeout = 180_000)]
    public async Task Echo_AsNativeCode_AnswersItsClient()
    {
        using Sample server = Sample.Native("Echo", "server", "0");
        using Sample client = Sample.Native("Echo", "client", "127.0.0.1", await server.ReadPortAsync(), "5", "100000");

        await client.ReadLineWithAsync("5 echoes of 100000 bytes");
        Assert.Equal(0, await client.ExitAsync());
    }

    [Fact(Timeout = 180_000)]
    public async Task Chat_LinesReachEverybody()
    {
        using var server = new Sample("Chat", "server", "0");
        string port = await server.ReadPortAsync();
        using var anna = new Sample("Chat", "client", "127.0.0.1", port, "Anna");
        await anna.Input.WriteLineAsync("hello?");
        await anna.ReadLineWithAsync("Anna: hello?");
        using var bert = new Sample("Chat", "client", "127.0.0.1", port, "Bert");
        await bert.Input.WriteLineAsync("I am here");
        await anna.ReadLineWithAsync("Bert: I am here");
        await bert.ReadLineWithAsync("Bert: I am here");
        // Each has two ends here.
        Assert.Equal(4, CountTcpConnections(port));

        anna.Input.Close();
        Assert.Equal(0, await anna.ExitAsync());
        await bert.Input.WriteLineAsync("bye");
        await server.ReadLineWithAsync("Bert: bye");
        bert.Input.Close();
        Assert.Equal(0, await bert.ExitAsync());
    }

    [Fact]
    public void Chat_IsATutorialsCodeButForOneLine()
    {
        string program = File.ReadAllText(Repository.PathOf("samples", "Chat", "Program.cs"));
        string[] line = [.. File.ReadAllLines(Repository.PathOf("samples", "Chat", "OneLine.cs"))
            .Where(line => !line.StartsWith("//", StringComparison.Ordinal))];

        Assert.Equal(["global using Socket = FastSockets.FastSocket;"], line);
        Assert.DoesNotContain("Fast", program, StringComparison.Ordinal);
    }

    [Fact(Timeout = 180_000)]
    public async Task FileCopy_TheCopyIsTheSame()
    {
        string folder = Directory.CreateTempSubdirectory("fastsockets").FullName;
        try
        {
            string original = Path.Combine(folder, "original.bin"), copies = Path.Combine(folder, "copies");
            Directory.CreateDirectory(copies);
            byte[] bytes = new byte[3_000_001];
            Random.Shared.NextBytes(bytes);
            await File.WriteAllBytesAsync(original, bytes, TestContext.Current.CancellationToken);
            using var receiver = new Sample("FileCopy", "receive", "0", copies);
            using var sender = new Sample("FileCopy", "send", original, "127.0.0.1", await receiver.ReadPortAsync());

            await sender.ReadLineWithAsync(", the same");
            Assert.Equal((0, 0), (await sender.ExitAsync(), await receiver.ExitAsync()));
            Assert.Equal(
                bytes, await File.ReadAllBytesAsync(Path.Combine(copies, "original.bin"), TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task Echo_WrongVariable_SaysWhichAndWhatIsAllowed()
    {
        using var server = new Sample(("FASTSOCKETS_KEEPALIVE_MS", "15s"), "Echo", "server", "0");

        await server.ReadLineWithAsync(
            "FASTSOCKETS_KEEPALIVE_MS is '15s' (environment variable). Allowed: milliseconds from 1000 to 3600000.");
        Assert.NotEqual(0, await server.ExitAsync());
    }

    [Fact(Timeout = 180_000)]
    public async Task WebApi_ServesItsClient()
    {
        using var server = new Sample("WebApi", "--urls", "http://127.0.0.1:0");
        string url = $"http://127.0.0.1:{await server.ReadPortAsync("Now listening on: ")}";
        using var client = new Sample("WebClient", url, "first note");

        await client.ReadLineWithAsync("notes: [\"first note\"]");
        await client.ReadLineWithAsync("carried by ");
        Assert.Equal(0, await client.ExitAsync());
    }

    [Fact(Timeout = 180_000)]
    public async Task WebApi_WrongOption_DoesNotStartAndSaysWhy()
    {
        using var server = new Sample("WebApi", "--urls", "http://127.0.0.1:0", "--FastSockets:KeepAlive", "soon");

        await server.ReadLineWithAsync("FastSockets:KeepAlive is 'soon' (configuration). Allowed: a time");
        Assert.NotEqual(0, await server.ExitAsync());
    }

    [Fact(Timeout = 180_000)]
    public async Task Proxy_TwoInARow_PassPlainProgramsOn()
    {
        using var server = new Sample("Echo", "server", "0");
        using var far = new Sample("Proxy", "127.0.0.1", "0", "127.0.0.1", await server.ReadPortAsync());
        using var near = new Sample("Proxy", "127.0.0.1", "0", "127.0.0.1", await far.ReadPortAsync());
        using var program = new TcpClient("127.0.0.1", int.Parse(await near.ReadPortAsync(), null));
        NetworkStream stream = program.GetStream();
        byte[] sent = new byte[300_000], echoed = new byte[sent.Length];
        Random.Shared.NextBytes(sent);

        Task sending = stream.WriteAsync(sent, TestContext.Current.CancellationToken).AsTask();
        await stream.ReadExactlyAsync(echoed, TestContext.Current.CancellationToken).AsTask().WaitAsync(Sample.Limit);
        await sending;
        program.Client.Shutdown(SocketShutdown.Send);

        Assert.Equal(sent, echoed);
        Assert.Equal(0, await stream.ReadAsync(echoed, TestContext.Current.CancellationToken).AsTask().WaitAsync(Sample.Limit));
    }

    /// <summary>Ends of the kernel's connections to a port of this machine.</summary>
    internal static int CountTcpConnections(string port)
    {
        int number = int.Parse(port, CultureInfo.InvariantCulture);
        return IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections().Count(connection =>
            connection.State == TcpState.Established
            && (connection.LocalEndPoint.Port == number || connection.RemoteEndPoint.Port == number));
    }
}
