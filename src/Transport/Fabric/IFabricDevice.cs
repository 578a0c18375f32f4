namespace FastSockets.Transport.Fabric;

/// <summary>
/// What the protocol needs of one device, in verbs terms: registered memory, a shared receive queue, one completion queue
/// and a way to sleep on it. RdmaSharp is one implementation, the simulated fabric of the tests another.
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

    /// <summary>Registers memory for local access only: the peer cannot read or write it.</summary>
    IRegisteredMemory Register(nint address, int length);

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

/// <summary>A registered range; disposing deregisters it, after which no work request may name it.</summary>
internal interface IRegisteredMemory : IDisposable
{
    uint LocalKey { get; }
}
