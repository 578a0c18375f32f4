using System.Numerics;
using FastSockets.Transport.Fabric;
using RdmaSharp;

namespace FastSockets.Transport.Verbs;

/// <summary>A device of the RDMA CM as the protocol's fabric: one PD, SRQ, CQ and completion channel for all its links.</summary>
internal sealed unsafe class VerbsDevice : IFabricDevice
{
    private const int FirstCompletions = 1024;
    private const int MostCompletions = 256 * 1024;
    private const int MaxReceives = 16 * 1024;
    private const uint RxeVendor = 0xFFFFFF;

    private readonly CompletionChannel _channel;
    private readonly CompletionQueue _completions;
    private readonly SharedReceiveQueue _receives;
    private readonly Doorbell _doorbell;
    private readonly WorkCompletion[] _batch = new WorkCompletion[64];
    private readonly bool _hasWindows;

    public VerbsDevice(RdmaContext context)
    {
        DeviceAttributes limits = context.QueryDevice();
        Context = context;
        Domain = context.AllocateProtectionDomain();
        _channel = context.CreateCompletionChannel();
        _completions = context.CreateCompletionQueue(Math.Min(FirstCompletions, limits.MaxCompletionQueueEntries), _channel);
        MaxCompletions = Math.Min(MostCompletions, limits.MaxCompletionQueueEntries);
        ReceiveLimit = Math.Min(MaxReceives, limits.MaxSharedReceiveQueueRequests);
        _receives = Domain.CreateSharedReceiveQueue(ReceiveLimit);
        MaxSendQueueDepth = limits.MaxQueuePairRequests;
        _doorbell = new Doorbell();
        _hasWindows = (limits.Capabilities & DeviceCapabilities.MemoryWindowType2B) != 0;
        WindowsAreBounded = limits.VendorId != RxeVendor;
    }

    public RdmaContext Context { get; }

    public ProtectionDomain Domain { get; }

    public string Name => Context.Device.Name;

    public int MaxCompletions { get; }

    /// <summary>Buffers that the shared receive queue holds.</summary>
    public int ReceiveLimit { get; }

    public int MaxSendQueueDepth { get; }

    public long ReceiverNotReady => HardwareCounters.ReceiverNotReady(Context.Device);

    /// <summary>rxe, alone known by this vendor id, checks a window's key and access, but the bounds of the region behind it.</summary>
    public bool WindowsAreBounded { get; }

    public bool TryHold(int completions)
    {
        if (completions <= _completions.Capacity)
            return true;

        if (completions > MaxCompletions)
            return false;

        try
        {
            _completions.Resize((int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)completions), (uint)MaxCompletions));
            return true;
        }
        catch (RdmaException)
        {
            return false;
        }
    }

    public IRegisteredMemory Register(nint address, int length, RegisteredFor use) =>
        // LOCAL_WRITE alone: a peer cannot name this memory in a read or a write of its own.
        new VerbsRegion(Domain.Register((void*)address, (nuint)length, AccessFlags.LocalWrite | use switch
        {
            RegisteredFor.Windows => AccessFlags.MemoryWindowBind,
            RegisteredFor.RemoteWrites => AccessFlags.RemoteWrite,
            _ => 0,
        }));

    public IMemoryWindow? TryCreateWindow()
    {
        if (!_hasWindows)
            return null;

        try
        {
            return new VerbsWindow(Domain.AllocateWindow());
        }
        catch (RdmaException)
        {
            return null;
        }
    }

    /// <summary>The queue pair options of every link on this device.</summary>
    public QueuePairOptions LinkOptions(int sendQueueDepth, int maxInline) => new()
    {
        SendCompletionQueue = _completions,
        ReceiveCompletionQueue = _completions,
        SharedReceiveQueue = _receives,
        Capabilities = new QueuePairCapabilities
        {
            MaxSendRequests = (uint)sendQueueDepth,
            MaxSendElements = 1,
            MaxInlineData = (uint)maxInline,
        },
    };

    public void PostReceive(ulong id, nint address, int length, uint key)
    {
        var element = new ScatterGatherElement((void*)address, (uint)length, key);
        var request = new ReceiveWorkRequest { Id = id, Elements = &element, ElementCount = 1 };
        _receives.PostReceive(&request);
    }

    public int Poll(Span<Completion> completions)
    {
        int count = _completions.Poll(_batch.AsSpan(0, Math.Min(_batch.Length, completions.Length)));
        for (int i = 0; i < count; i++)
        {
            ref readonly WorkCompletion from = ref _batch[i];
            ref Completion to = ref completions[i];
            to.Id = from.Id;
            to.Status = (int)from.Status;
            to.QueuePair = from.QueuePairNumber;
            to.Length = (int)from.Length;
            to.Immediate = from.Immediate;
            to.IsWrite = from.Operation == WorkCompletionOperation.ReceiveRdmaWithImmediate;
            to.HasImmediate = (from.Flags & WorkCompletionFlags.WithImmediate) != 0;
        }

        return count;
    }

    public void Arm(bool solicitedOnly) => _completions.Arm(solicitedOnly);

    public void Sleep(int timeout)
    {
        (bool completed, bool kicked) = Descriptors.Poll(_channel.FileDescriptor, _doorbell.Descriptor, timeout);
        if (completed)
            // At most one event: it took an arming, and only one sleeper arms at a time. A second, from an arming beside
            // this one, ends the next sleep early and no more.
            _channel.TryGetEvent(out _);

        if (kicked)
            _doorbell.Silence();
    }

    public void Kick() => _doorbell.Ring();

    public void Dispose()
    {
        _receives.Dispose();
        _completions.Dispose();
        _channel.Dispose();
        Domain.Dispose();
        _doorbell.Dispose();
    }
}
