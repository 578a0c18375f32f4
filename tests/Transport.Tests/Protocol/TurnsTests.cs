using System.Net;
using FastSockets.Transport.Memory;
using FastSockets.Transport.Progress;
using FastSockets.Transport.Protocol;
using FastSockets.Transport.Tests.Simulation;

namespace FastSockets.Transport.Tests.Protocol;

/// <summary>What connections of one link let through of one another.</summary>
public sealed class TurnsTests : IDisposable
{
    private const int SlabSize = 4096;

    private readonly SimulatedHost _near = new(Settings, 1, () => true, () => true);
    private readonly SimulatedHost _far = new(Settings, 2, () => true, () => true);

    private static SimulationSettings Settings => new(
        SlabSize, Credits: 64, MaxCredits: 64, ReceiveSlabs: 128, Window: 64 * SlabSize, SendQueueDepth: 128, MaxInline: 256,
        Backlog: 8, HasWindows: false, WindowsAreBounded: false,
        new MemoryThresholds(Post: int.MaxValue, Register: int.MaxValue, Send: int.MaxValue));

    public TurnsTests()
    {
        foreach (SimulatedHost host in new[] { _near, _far })
        {
            host.Link.Enter();
            host.Link.OnHello(new Hello(SlabSize, (ushort)Settings.Credits, 0, 1, default, 0));
            host.Link.Exit();
        }
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
    }

    [Fact]
    public void SmallMessage_BesideABulkStream_IsPostedAtOnce_BehindTwoSlabs()
    {
        Connection bulk = Open(), small = Open();
        // Both have sent of late.
        Assert.Equal(10, bulk.TrySend(new byte[10]));
        Assert.Equal(10, small.TrySend(new byte[10]));
        Settle();
        ValueTask<int> sending = bulk.SendAsync(new byte[40 * SlabSize]);
        for (int round = 0; round < 20; round++)
        {
            Assert.InRange(_near.QueuePair.BytesOnTheWay, SlabSize, 2 * SlabSize + 100);
            int before = _near.QueuePair.OnTheWay;
            Assert.Equal(64, small.TrySend(new byte[64]));
            Assert.Equal(before + 1, _near.QueuePair.OnTheWay);
            Settle(messages: before + 1);
        }

        Settle();
        Assert.True(sending.IsCompleted);
    }

    [Fact]
    public void BulkStreams_OnOneLink_GetTheSame()
    {
        Connection[] senders = [Open(), Open(), Open()];
        foreach (Connection sender in senders)
            _ = sender.SendAsync(new byte[50 * SlabSize]);

        Settle(messages: 60);
        int[] arrived = [.. Enumerable.Range(0, 3).Select(_ => Accepted().Available)];
        Assert.InRange(arrived.Max() - arrived.Min(), 0, 9 * SlabSize);
        Assert.InRange(arrived.Min(), 8 * SlabSize, int.MaxValue);
    }

    [Fact]
    public void BulkStream_Alone_IsBoundedByItsWindowOnly()
    {
        Connection bulk = Open();
        _ = bulk.SendAsync(new byte[40 * SlabSize]);
        Assert.Equal(40 * SlabSize, _near.QueuePair.BytesOnTheWay);
    }

    private Connection Open()
    {
        var operation = new ConnectOperation();
        _near.Link.Enter();
        Connection connection = _near.Link.Open(new IPEndPoint(IPAddress.Loopback, 80), 1000, operation)!;
        operation.Connection = connection;
        operation.BeginAsync(_near);
        _near.Link.Queue(connection, ControlFlags.Open);
        _near.Link.Exit();
        _ = operation.AsTask(default);
        Settle();
        Assert.True(connection.IsAlive);
        return connection;
    }

    private Connection Accepted()
    {
        Assert.True(_far.Listener.TryTake(out object? accepted));
        return (Connection)accepted!;
    }

    /// <summary>Moves everything, or so many messages of the near end.</summary>
    private void Settle(int messages = int.MaxValue)
    {
        bool moved;
        do
        {
            moved = false;
            if (_near.QueuePair.CanDeliver && messages-- > 0)
            {
                Assert.True(_near.QueuePair.TryDeliver(_far.Device, _far.QueuePair.Number));
                _near.QueuePair.Acknowledge();
                moved = true;
            }

            if (_far.QueuePair.CanDeliver)
            {
                Assert.True(_far.QueuePair.TryDeliver(_near.Device, _near.QueuePair.Number));
                _far.QueuePair.Acknowledge();
                moved = true;
            }

            foreach (SimulatedHost host in new[] { _near, _far })
            {
                while (host.Device.CompletionCount > 0)
                {
                    host.Reap(16);
                    moved = true;
                }
            }
        }
        while (moved && messages > 0);

        while (_near.HasContinuations)
            _near.RunContinuation();
    }
}
