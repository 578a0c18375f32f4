using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

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
        ["listen"] => $"{Listen()}",
        ["connect", var port, var count] => $"{ConnectAsync(int.Parse(port), int.Parse(count)).GetAwaiter().GetResult()}",
        ["count"] => $"{Count()}",
        ["echo", var index] => Echo(s_sockets[int.Parse(index)]),
        ["ping", var index, var rounds, var size] => $"{Ping(s_sockets[int.Parse(index)], int.Parse(rounds), int.Parse(size))}",
        ["collect"] => $"{Collect()}",
        _ => "unknown",
    };

    private static int Count()
    {
        lock (s_sockets)
            return s_sockets.Count;
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
                s_sockets.Add(accepted);
        }
    }

    /// <summary>Returns how many have connected by RDMA.</summary>
    private static async Task<int> ConnectAsync(int port, int count)
    {
        const int AtOnce = 64;
        int left = count, done = 0;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(AtOnce, count)).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var socket = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(new IPEndPoint(Machine.Address, port));
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

    /// <summary>The median round trip in microseconds.</summary>
    private static double Ping(FastSocket socket, int rounds, int size)
    {
        byte[] message = new byte[size];
        double[] microseconds = new double[rounds];
        for (int i = 0; i < rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            socket.Send(message);
            for (int at = 0; at < size;)
                at += socket.Receive(message.AsSpan(at));

            microseconds[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Array.Sort(microseconds);
        return microseconds[rounds / 2];
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
