using System.Net;
using FastSockets.Transport;
using FastSockets.Transport.Progress;
using FastSockets.Transport.Protocol;

namespace FastSockets.Benchmarks.Loop;

/// <summary>Both ends of a connection without a device or a thread: what the protocol itself costs.</summary>
internal sealed class LoopConnection : IDisposable
{
    public LoopConnection()
    {
        var nearDevice = new LoopDevice();
        var farDevice = new LoopDevice();
        NearHost = new LoopHost(nearDevice, farDevice);
        FarHost = new LoopHost(farDevice, nearDevice);
        var operation = new ConnectOperation();
        NearHost.Link.Enter();
        Near = NearHost.Link.Open(new IPEndPoint(IPAddress.Loopback, LoopHost.Port), 1000, operation)!;
        operation.Connection = Near;
        operation.BeginAsync(NearHost);
        NearHost.Link.Queue(Near, ControlFlags.Open);
        NearHost.Link.Exit();
        Task<int> opening = operation.AsTask(default).AsTask();
        FarHost.PollOnce();
        NearHost.PollOnce();
        opening.GetAwaiter().GetResult();
        Far = FarHost.Listener.TryTake(out object? accepted) ? (Connection)accepted! : throw new InvalidOperationException();
    }

    public LoopHost NearHost { get; }

    public LoopHost FarHost { get; }

    public Connection Near { get; }

    public Connection Far { get; }

    public void Dispose()
    {
        NearHost.Dispose();
        FarHost.Dispose();
    }
}
