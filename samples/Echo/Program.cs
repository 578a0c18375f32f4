// Echo over Fast Sockets: by RDMA where both ends have it, else by TCP.
//   Echo server PORT
//   Echo client HOST PORT [COUNT] [SIZE]
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FastSockets;

switch (args)
{
    case ["server", var port]:
        await ServeAsync(int.Parse(port));
        return 0;
    case ["client", var host, var port, .. var rest]:
        return await PingAsync(host, int.Parse(port), Number(rest, 0, 10), Number(rest, 1, 64));
    default:
        Console.Error.WriteLine("usage: Echo server PORT | Echo client HOST PORT [COUNT] [SIZE]");
        return 2;
}

static async Task ServeAsync(int port)
{
    using var listener = new FastSocket(SocketType.Stream, ProtocolType.Tcp);
    listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
    listener.Listen();
    Console.WriteLine($"listening on {listener.LocalEndPoint}: {listener.FallbackDetail}");
    while (true)
        _ = EchoAsync(await listener.AcceptAsync());
}

static async Task EchoAsync(FastSocket peer)
{
    using (peer)
    {
        Show(peer);
        peer.NoDelay = true;
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (await peer.ReceiveAsync(buffer) is > 0 and int received)
                await peer.SendAsync(buffer.AsMemory(0, received));
        }
        catch (SocketException exception)
        {
            Console.WriteLine($"{exception.SocketErrorCode}: {exception.Message}");
        }
    }
}

static async Task<int> PingAsync(string host, int port, int count, int size)
{
    using var socket = new FastSocket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    await socket.ConnectAsync(host, port);
    Show(socket);
    byte[] sent = new byte[size], echoed = new byte[size];
    Random.Shared.NextBytes(sent);
    var clock = Stopwatch.StartNew();
    for (int i = 0; i < count; i++)
    {
        // Both at once: an echo larger than what the buffers between hold would otherwise block both ends for ever.
        Task<int> sending = socket.SendAsync(sent);
        int received = 0;
        while (received < size && await socket.ReceiveAsync(echoed.AsMemory(received)) is > 0 and int more)
            received += more;
        await sending;
        if (!echoed.AsSpan(0, received).SequenceEqual(sent))
        {
            Console.Error.WriteLine($"echo {i} differs, {received} of {size} bytes came");
            return 1;
        }
    }
    Console.WriteLine($"{count} echoes of {size} bytes, {clock.Elapsed.TotalMicroseconds / count:F1} us each");
    socket.Shutdown(SocketShutdown.Both);
    return 0;
}

static void Show(FastSocket socket) =>
    Console.WriteLine($"{socket.RemoteEndPoint}: {socket.Transport}, {socket.FallbackReason}: {socket.FallbackDetail}");

static int Number(string[] rest, int index, int otherwise) => index < rest.Length ? int.Parse(rest[index]) : otherwise;
