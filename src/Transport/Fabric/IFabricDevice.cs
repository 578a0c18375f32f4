namespace FastSockets.Transport.Fabric;

/// <summary>
/// What the protocol needs of one device, in verbs terms: registered memory, memory windows, a shared receive queue, one
/// completion queue and a way to sleep on it. RdmaSharp is one implementation, the simulated fabric of the tests another.
/// </summary>
/// <remarks>
/// Only one thread may be in <see cref="Poll"/> at a time, and only one in <see cref="Sleep"/>; everything else may be
/// called by any thread at any time.
/// </remarks>
internal interface IFabricDevice : IDisposable
{
    string Name { get; }

    /// <summary>Completions that the completion queue can be made to hold.</summary>
    int MaxCompletions { get; }

    /// <summary>
    /// Makes sure that the completion queue can hold so many: more outstanding would overrun it, which is fatal. False: the
    /// device cannot. Calls come one at a time.
    /// </summary>
    bool TryHold(int completions);

    /// <summary>
    /// Whether a window confines the peer to the window's own bounds. Where it does not (rxe checks the bounds of the region
    /// behind it), a region is lent whole or not at all.
    /// </summary>
    bool WindowsAreBounded { get; }

    /// <summary>Messages that found no receive posted, as the device itself counts them; 0 where it does not.</summary>
    long ReceiverNotReady { get; }

    /// <summary>Registers memory, which pins it.</summary>
    /// <exception cref="IOException">The device or the locked-memory limit takes no more.</exception>
    IRegisteredMemory Register(nint address, int length, RegisteredFor use);

    /// <summary>A type-2 memory window; null when the device has none to give.</summary>
    IMemoryWindow? TryCreateWindow();

    /// <summary>Posts one buffer to the shared receive queue.</summary>
    /// <param name="id">Comes back as the completion's <see cref="Completion.Id"/>.</param>
    /// <param name="address">The buffer, in registered memory.</param>
    /// <param name="length">Bytes that a message may fill.</param>
    /// <param name="key">The local key of its region.</param>
    void PostReceive(ulong id, nint address, int length, uint key);

    /// <summary>Takes up to as many completions as fit; never waits.</summary>
    int Poll(Span<Completion> completions);

    /// <summary>
    /// Asks for one wake-up at the next completion, or at the next solicited one only. Completions already queued do
    /// not count: poll after arming, before sleeping.
    /// </summary>
    void Arm(bool solicitedOnly);

    /// <summary>Sleeps until an armed completion, a <see cref="Kick"/>, or the time-out (milliseconds, -1 for none).</summary>
    void Sleep(int timeout);

    /// <summary>Ends the present or the next <see cref="Sleep"/>.</summary>
    void Kick();
}

/// <summary>Who may do what with registered memory.</summary>
internal enum RegisteredFor
{
    /// <summary>This end's own requests; the peer can neither read nor write it.</summary>
    LocalUse,

    /// <summary>As <see cref="LocalUse"/>, and parts of it may be lent through memory windows.</summary>
    Windows,

    /// <summary>Whoever knows its remote key may write it: for a device that has no windows.</summary>
    RemoteWrites,
}

/// <summary>A registered range; disposing deregisters it, after which no work request may name it and no peer can write it.</summary>
internal interface IRegisteredMemory : IDisposable
{
    uint LocalKey { get; }

    uint RemoteKey { get; }
}

/// <summary>
/// A type-2 memory window: bound to a queue pair and a range by <see cref="SendKind.Bind"/>, unbound by <see cref="SendKind.Invalidate"/>
/// once that has completed, or at once by disposal.
/// </summary>
internal interface IMemoryWindow : IDisposable
{
    /// <summary>The remote key of the binding that is posted next, or was posted last.</summary>
    uint RemoteKey { get; }

    /// <summary>Chooses the next binding's key; not while bound.</summary>
    void Renew();
}
