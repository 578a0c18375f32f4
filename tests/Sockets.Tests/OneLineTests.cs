using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkStream = FastSockets.FastStream;
using Socket = FastSockets.FastSocket;
using SocketAsyncEventArgs = FastSockets.FastSocketAsyncEventArgs;
using TcpClient = FastSockets.FastClient;
using TcpListener = FastSockets.FastListener;

namespace FastSockets.Sockets.Tests;

/// <summary>Code as programs have it, with nothing but the types named anew: that it compiles is half of it.</summary>
public sealed class OneLineTests
{
    [Fact(Timeout = 60_000)]
    public async Task SocketTutorial_ClientAndServer()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(100);
        Task serving = ServeAsync(listener);

        using Socket client = new(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync("localhost", ((IPEndPoint)listener.LocalEndPoint!).Port);
        byte[] message = Encoding.UTF8.GetBytes("Hi friends!<|EOM|>");
        _ = await client.SendAsync(message, SocketFlags.None);
        byte[] buffer = new byte[1_024];
        int received = await client.ReceiveAsync(buffer, SocketFlags.None);

        Assert.Equal("<|ACK|>", Encoding.UTF8.GetString(buffer, 0, received));
        client.Shutdown(SocketShutdown.Both);
        await serving;

        static async Task ServeAsync(Socket listener)
        {
            Socket handler = await listener.AcceptAsync();
            byte[] buffer = new byte[1_024];
            int received = await handler.ReceiveAsync(buffer, SocketFlags.None);
            Assert.EndsWith("<|EOM|>", Encoding.UTF8.GetString(buffer, 0, received), StringComparison.Ordinal);
            await handler.SendAsync(Encoding.UTF8.GetBytes("<|ACK|>"), 0);
            handler.Close();
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task TcpClientTutorial_LinesBothWays()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = Task.Run(async () =>
        {
            using TcpClient accepted = await listener.AcceptTcpClientAsync();
            await using NetworkStream stream = accepted.GetStream();
            using var reader = new StreamReader(stream);
            await using var writer = new StreamWriter(stream) { AutoFlush = true };
            while (await reader.ReadLineAsync() is { } line)
                await writer.WriteLineAsync(line.ToUpperInvariant());
        });

        using (TcpClient client = new("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port))
        {
            NetworkStream stream = client.GetStream();
            using var reader = new StreamReader(stream);
            await using var writer = new StreamWriter(stream) { AutoFlush = true };
            await writer.WriteLineAsync("hello");
            Assert.Equal("HELLO", await reader.ReadLineAsync());
        }

        await serving;
        listener.Stop();
    }

    [Fact(Timeout = 60_000)]
    public async Task EventArgsServer_Echoes()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var accept = new SocketAsyncEventArgs();
        accept.Completed += (_, e) => Accepted(e);
        if (!listener.AcceptAsync(accept))
            Accepted(accept);

        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        for (byte i = 0; i < 10; i++)
        {
            client.Send([i]);
            byte[] echo = new byte[1];
            Assert.Equal(1, await client.ReceiveAsync(echo));
            Assert.Equal(i, echo[0]);
        }

        static void Accepted(SocketAsyncEventArgs accepted)
        {
            var e = new SocketAsyncEventArgs { UserToken = accepted.AcceptSocket };
            e.SetBuffer(new byte[100], 0, 100);
            e.Completed += (_, done) => Continue(done);
            if (!accepted.AcceptSocket!.ReceiveAsync(e))
                Continue(e);
        }

        static void Continue(SocketAsyncEventArgs e)
        {
            var socket = (Socket)e.UserToken!;
            while (e.SocketError == SocketError.Success && e.BytesTransferred > 0)
            {
                bool isPending;
                if (e.LastOperation == SocketAsyncOperation.Receive)
                {
                    e.SetBuffer(0, e.BytesTransferred);
                    isPending = socket.SendAsync(e);
                }
                else
                {
                    e.SetBuffer(0, 100);
                    isPending = socket.ReceiveAsync(e);
                }
                if (isPending)
                    return;
            }
            socket.Dispose();
        }
    }
}
