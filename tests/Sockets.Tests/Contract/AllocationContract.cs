using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>Sending and receiving allocates nothing once warm. The whole process counts, so it runs alone.</summary>
[Collection(RunsAlone.Name)]
public abstract class AllocationContract<TFixture> : ContractBase<TFixture>
    where TFixture : SocketFixture, new()
{
    // The first rounds warm up: code is compiled again, pools grow. What every call allocates shows in each round.
    private const int Rounds = 30;
    private const int PerRound = 400;

    // Room for what the runtime's own threads do: an object per receive would be 48 bytes a round trip.
    private const long AllowedBytes = PerRound * 20;

    [Fact(Timeout = LimitMilliseconds)]
    public async Task PingPong_Blocking_AllocatesNothing()
    {
        // Connected without an asynchronous call: after one, a plain Socket's blocking calls allocate 64 bytes each.
        ISocket listener = NewListener();
        ISocket client = NewSocket();
        await OnThread(() => client.Connect(listener.LocalEndPoint!));
        ISocket server = Opened(await OnThread(listener.Accept));
        client.NoDelay = server.NoDelay = true;
        Task echoing = OnThread(() => Pass(server, Rounds * PerRound, receiveFirst: true));

        long least = await OnThread(() =>
        {
            long least = long.MaxValue;
            for (int i = 0; i < Rounds; i++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                Pass(client, PerRound, receiveFirst: false);
                least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
            }
            return least;
        });
        await echoing;

        Assert.InRange(least, 0, AllowedBytes);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task PingPong_Async_AllocatesNothing()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        client.NoDelay = server.NoDelay = true;
        Task echoing = PassAsync(server, Rounds * PerRound, receiveFirst: true);

        long least = long.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await PassAsync(client, PerRound, receiveFirst: false);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        await Bounded(echoing);

        Assert.InRange(least, 0, AllowedBytes);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task PingPong_EventArgs_AllocatesNothing()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        client.NoDelay = server.NoDelay = true;
        using var done = new SemaphoreSlim(0);
        dynamic e = Fixture.CreateEventArgs(() => done.Release());
        e.SetBuffer(new byte[64], 0, 64);
        Func<bool> send = Fixture.Bind(client, e, SocketAsyncOperation.Send);
        Func<bool> receive = Fixture.Bind(client, e, SocketAsyncOperation.Receive);
        Task echoing = PassAsync(server, Rounds * PerRound, receiveFirst: true);

        long least = await OnThread(() =>
        {
            long least = long.MaxValue;
            for (int round = 0; round < Rounds; round++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                for (int i = 0; i < PerRound; i++)
                {
                    if (send())
                        done.Wait();
                    if (receive())
                        done.Wait();
                }
                least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
            }
            return least;
        });
        await Bounded(echoing);

        Assert.InRange(least, 0, AllowedBytes);
    }

    private static void Pass(ISocket socket, int count, bool receiveFirst)
    {
        Span<byte> buffer = stackalloc byte[64];
        for (int i = 0; i < count; i++)
        {
            if (receiveFirst)
                socket.Receive(buffer);
            socket.Send(buffer);
            if (!receiveFirst)
                socket.Receive(buffer);
        }
    }

    private static async Task PassAsync(ISocket socket, int count, bool receiveFirst)
    {
        byte[] buffer = new byte[64];
        for (int i = 0; i < count; i++)
        {
            if (receiveFirst)
                await socket.ReceiveAsync(buffer, SocketFlags.None, CancellationToken.None).ConfigureAwait(false);
            await socket.SendAsync(buffer, CancellationToken.None).ConfigureAwait(false);
            if (!receiveFirst)
                await socket.ReceiveAsync(buffer, SocketFlags.None, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
