using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using FastSockets.Internal;

namespace FastSockets.Integration.Tests.Scale;

/// <summary>A process that does what its standard input says, line by line, and answers each with a line.</summary>
internal static class Peer
{
    private static readonly List<FastSocket> s_sockets = [];

    public static void Run()
    {
        while (Console.ReadLine()?.Split(' ') is { } command)
            Console.WriteLine(Do(command));
    }

    private static string Do(string[] command) => command switch
    {
        ["listen", var count] => string.Join(',', Enumerable.Range(0, int.Parse(count)).Select(_ => Listen())),
        ["connect", var ports, var count] => $"{ConnectAsync([.. ports.Split(',').Select(int.Parse)], int.Parse(count)).Result}",
        ["links"] => $"{SharedNetwork.Current!.Links.Count}",
        ["granted"] => $"{SharedNetwork.Current!.Links.Sum(link => link.Grant)}",
        ["close"] => $"{Close()}",
        ["await", var count] => $"{Await(int.Parse(count))}",
        ["echo", var index] => Echo(s_sockets[int.Parse(index)]),
        ["ping", var index, var rounds, var size] => $"{Ping(s_sockets[int.Parse(index)], int.Parse(rounds), int.Parse(size))}",
        ["echo"] => EchoAll(),
        ["ping", var size] => $"{PingAllAsync(int.Parse(size)).Result}",
        ["collect"] => $"{Collect()}",
        _ => "unknown",
    };

    /// <summary>How many sockets there are, once there are so many: who connects is done before the other end is accepted.</summary>
    private static int Await(int count)
    {
        lock (s_sockets)
        {
            while (s_sockets.Count < count)
                Monitor.Wait(s_sockets);

            return s_sockets.Count;
        }
    }

    private static int Listen()
    {
        var listener = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(Machine.Address, 0));
        listener.Listen();
        _ = AcceptAsync(listener);
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    private static async Task AcceptAsync(FastSocket listener)
    {
        while (true)
        {
            FastSocket accepted = await listener.AcceptAsync();
            lock (s_sockets)
            {
                s_sockets.Add(accepted);
                Monitor.Pulse(s_sockets);
            }
        }
    }

    /// <summary>Returns how many have connected by RDMA.</summary>
    private static async Task<int> ConnectAsync(int[] ports, int count)
    {
        const int AtOnce = 64;
        int left = count, done = 0;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(AtOnce, count)).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) is >= 0 and int which)
            {
                var socket = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(new IPEndPoint(Machine.Address, ports[which % ports.Length]));
                if (socket.Transport == FastTransport.Rdma)
                    Interlocked.Increment(ref done);

                lock (s_sockets)
                    s_sockets.Add(socket);
            }
        }));
        return done;
    }

    private static string Echo(FastSocket socket)
    {
        new Thread(() =>
        {
            byte[] buffer = new byte[64 * 1024];
            while (socket.Receive(buffer) is > 0 and int count)
                socket.Send(buffer.AsSpan(0, count));
        })
        {
            IsBackground = true,
        }.Start();
        return "echoing";
    }

    private static string EchoAll()
    {
        lock (s_sockets)
        {
            foreach (FastSocket socket in s_sockets)
                _ = EchoAsync(socket);
        }

        return "echoing";
    }

    private static async Task EchoAsync(FastSocket socket)
    {
        using FastSocket echoing = socket;
        byte[] buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer) is > 0 and int count)
            await socket.SendAsync(buffer.AsMemory(0, count));
    }

    /// <summary>Sends on all at once; how many got back what they sent.</summary>
    private static async Task<int> PingAllAsync(int size)
    {
        bool[] good = await Task.WhenAll(s_sockets.Select(async socket =>
        {
            byte[] sent = RandomNumberGenerator.GetBytes(size), back = new byte[size];
            Task<int> sending = socket.SendAsync(sent);
            for (int at = 0; at < size;)
                at += await socket.ReceiveAsync(back.AsMemory(at));

            await sending;
            return sent.AsSpan().SequenceEqual(back);
        }));
        return good.Count(isGood => isGood);
    }

    private static int Close()
    {
        foreach (FastSocket socket in s_sockets)
            socket.Dispose();

        return s_sockets.Count;
    }

    /// <summary>The median round trip in microseconds.</summary>
    private static double Ping(FastSocket socket, int rounds, int size)
    {
        byte[] message = new byte[size];
        return RoundTrips.Median(rounds, () =>
        {
            socket.Send(message);
            for (int at = 0; at < size;)
                at += socket.Receive(message.AsSpan(at));
        });
    }

    /// <summary>Gives back what can be, and returns the bytes of living objects.</summary>
    private static long Collect()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
