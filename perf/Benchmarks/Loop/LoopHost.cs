using System.Net;
using FastSockets.Transport;
using FastSockets.Transport.Fabric;
using FastSockets.Transport.Memory;
using FastSockets.Transport.Progress;
using FastSockets.Transport.Protocol;

namespace FastSockets.Benchmarks.Loop;

/// <summary>One end of a link between two devices of this process.</summary>
internal sealed class LoopHost : ILinkHost, IProgress, IDisposable
{
    public const int Port = 80;

    private const int SlabSize = 16 * 1024;
    private const int Credits = 128;

    private readonly Completion[] _batch = new Completion[64];
    private readonly LoopDevice _device;
    private bool _isBundling;

    public LoopHost(LoopDevice device, LoopDevice peer)
    {
        _device = device;
        Memory = new DeviceMemory(device, new MemoryThresholds(int.MaxValue, int.MaxValue, int.MaxValue));
        ReceiveSlabs = new ReceiveSlabs(device, SlabSize, 2 * Credits);
        SendSlabs = new SendSlabs(device, SlabSize, Credits);
        ReceiveSlabs.TryGrant(Credits);
        var address = new IPEndPoint(IPAddress.Loopback, 1);
        Link = new Link(this, new LoopQueuePair(device, peer, 1), Credits, address, address, "loop") { MaxGrant = Credits };
        Link.Enter();
        Link.OnHello(new Hello(SlabSize, Credits, 0, 1, default, 0));
        Link.Exit();
    }

    public Link Link { get; }

    public AcceptQueue Listener { get; } = new(1);

    public ReceiveSlabs ReceiveSlabs { get; }

    public SendSlabs SendSlabs { get; }

    public DeviceMemory Memory { get; }

    public IProgress Progress => this;

    public bool TryGrant(int credits) => false;

    public void Ungrant(int credits) => ReceiveSlabs.Ungrant(credits);

    public AcceptQueue? FindListener(Link link, ushort port) => Listener;

    public void BacklogChanged(int delta)
    {
    }

    public void UnsentChanged(int delta)
    {
    }

    public void BundlingBegan(Link link) => _isBundling = true;

    public void StarvedOfSlabs(Link link)
    {
    }

    public void LinkEnded(Link link, string reason, int lost) => throw new InvalidOperationException(reason);

    public void AsyncStarted(TimeSpan? spin)
    {
    }

    public void AsyncEnded(IThreadPoolWorkItem? ended) => ended?.Execute();

    /// <summary>As the engine dispatches a batch of completions to their link; and as its thread, which there is none of, it posts bundles.</summary>
    public void PollOnce()
    {
        while (_isBundling)
            _isBundling = Link.PumpBundle() != BundleTurn.Over;
        int count = _device.Poll(_batch);
        if (count == 0)
            return;
        Link.Enter();
        foreach (ref readonly Completion completion in _batch.AsSpan(0, count))
        {
            if (completion.IsSend)
                Link.OnSendCompleted(completion.Id, completion.Status);
            else
                Link.OnReceived(completion);
        }
        Link.Exit();
    }

    public bool Wait(Operation operation, TimeSpan spin, int timeout) => throw new NotSupportedException();

    public void Dispose()
    {
        ReceiveSlabs.Dispose();
        SendSlabs.Dispose();
        Memory.Dispose();
    }
}
