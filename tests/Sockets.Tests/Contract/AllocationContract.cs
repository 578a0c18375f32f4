using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>Sending and receiving allocates nothing once warm. The whole process counts, so it runs alone.</summary>
[Collection(RunsAlone.Name)]
public abstract class AllocationContract<TFixture> : ContractBase<TFixture>
    where TFixture : SocketFixture, new()
{
    private const int WarmUp = 3000;
    private const int Measured = 5000;

    // Room for what the runtime's own threads do; one object per call would be 24 bytes or more.
    private const long AllowedBytes = Measured * 4;

    [Fact(Timeout = LimitMilliseconds)]
    public async Task PingPong_Blocking_AllocatesNothing()
    {
        // Connected without an asynchronous call: after one, a plain Socket's blocking calls allocate 64 bytes each.
        ISocket listener = NewListener();
        ISocket client = NewSocket();
        await OnThread(() => client.Connect(listener.LocalEndPoint!));
        ISocket server = Opened(await OnThread(listener.Accept));
        client.NoDelay = server.NoDelay = true;
        Task echoing = OnThread(() => Pass(server, WarmUp + Measured, receiveFirst: true));

        long allocated = await OnThread(() =>
        {
            Pass(client, WarmUp, receiveFirst: false);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Pass(client, Measured, receiveFirst: false);
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        });
        await echoing;

        Assert.InRange(allocated, 0, AllowedBytes);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task PingPong_Async_AllocatesNothing()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        client.NoDelay = server.NoDelay = true;
        Task echoing = PassAsync(server, WarmUp + Measured, receiveFirst: true);

        await PassAsync(client, WarmUp, receiveFirst: false);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await PassAsync(client, Measured, receiveFirst: false);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        await Bounded(echoing);

        Assert.InRange(allocated, 0, AllowedBytes);
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
