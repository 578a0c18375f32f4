using System.Net;
using FastSockets.Transport.Memory;
using FastSockets.Transport.Progress;
using FastSockets.Transport.Protocol;
using FastSockets.Transport.Tests.Simulation;

namespace FastSockets.Transport.Tests.Protocol;

/// <summary>Two ends of a link over the simulated fabric, moved by hand.</summary>
public abstract class TwoEnds : IDisposable
{
    protected const int SlabSize = 4096;

    private protected readonly SimulatedHost _near;
    private protected readonly SimulatedHost _far;

    private protected static SimulationSettings Settings => new(
        SlabSize, Credits: 64, MaxCredits: 64, ReceiveSlabs: 128, Window: 64 * SlabSize, SendQueueDepth: 128, MaxInline: 256,
        Backlog: 8, HasWindows: false, WindowsAreBounded: false,
        new MemoryThresholds(Post: int.MaxValue, Register: int.MaxValue, Send: int.MaxValue));

    protected TwoEnds()
        : this(Settings.Thresholds)
    {
    }

    private protected TwoEnds(MemoryThresholds thresholds)
    {
        SimulationSettings settings = Settings with { Thresholds = thresholds };
        _near = new SimulatedHost(settings, 1, () => true, () => true);
        _far = new SimulatedHost(settings, 2, () => true, () => true);
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
        GC.SuppressFinalize(this);
    }

    private protected Connection Open(int? window = null)
    {
        var operation = new ConnectOperation();
        _near.Link.Enter();
        Connection connection = _near.Link.Open(new IPEndPoint(IPAddress.Loopback, 80), 1000, operation, window)!;
        operation.Connection = connection;
        operation.BeginAsync(_near);
        _near.Link.Queue(connection, ControlFlags.Open);
        _near.Link.Exit();
        _ = operation.AsTask(default);
        Settle();
        Assert.True(connection.IsAlive);
        return connection;
    }

    private protected Connection Accepted()
    {
        Assert.True(_far.Listener.TryTake(out object? accepted));
        return (Connection)accepted!;
    }

    /// <summary>Moves everything, or so many messages of the near end.</summary>
    private protected void Settle(int messages = int.MaxValue)
    {
        bool moved;
        do
        {
            moved = messages > 0 && RunContinuations();
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

        RunContinuations();
    }

    private bool RunContinuations()
    {
        bool ran = false;
        foreach (SimulatedHost host in new[] { _near, _far })
        {
            for (; host.HasContinuations; ran = true)
                host.RunContinuation();
        }

        return ran;
    }
}
