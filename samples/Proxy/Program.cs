// Passes connections on, for programs that have no hook for Fast Sockets. One beside each of them:
//   Proxy 127.0.0.1 5432 database 15432     beside the client, which connects to 127.0.0.1:5432 by TCP
//   Proxy 0.0.0.0 15432 127.0.0.1 5432      beside the server; between the two goes RDMA
using System.Net;
using System.Net.Sockets;
using FastSockets;

if (args is not [var address, var port, var host, var hostPort])
{
    Console.Error.WriteLine("usage: Proxy ADDRESS PORT HOST PORT");
    return 2;
}

var local = new IPEndPoint(IPAddress.Parse(address), int.Parse(port));
using var listener = new FastSocket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
listener.Bind(local);
listener.Listen();
Console.WriteLine($"listening on {listener.LocalEndPoint}");
while (true)
    _ = PassOnAsync(await listener.AcceptAsync(), host, int.Parse(hostPort));

static async Task PassOnAsync(FastSocket near, string host, int port)
{
    using (near)
    {
        using var far = new FastSocket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        try
        {
            await far.ConnectAsync(host, port);
            Console.WriteLine($"{near.RemoteEndPoint} by {near.Transport} to {far.RemoteEndPoint} by {far.Transport}");
            await Task.WhenAll(PumpAsync(near, far), PumpAsync(far, near));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            near.Close(0);
            Console.WriteLine(exception.Message);
        }
    }
}

static async Task PumpAsync(FastSocket from, FastSocket to)
{
    try
    {
        byte[] buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer) is > 0 and int received)
        {
            for (int sent = 0; sent < received;)
                sent += await to.SendAsync(buffer.AsMemory(sent, received - sent));
        }

        to.Shutdown(SocketShutdown.Send);
    }
    catch (SocketException)
    {
        // A reset is passed on as one, and ends the other direction, too.
        to.Close(0);
        from.Close(0);
        throw;
    }
}
