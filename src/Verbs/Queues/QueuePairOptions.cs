namespace RdmaSharp;

/// <summary>What a queue pair is made of. All its objects must belong to one device context.</summary>
public sealed class QueuePairOptions
{
    /// <summary>Where its send requests complete.</summary>
    public required CompletionQueue SendCompletionQueue { get; init; }

    /// <summary>Where its receives complete; may be the same queue.</summary>
    public required CompletionQueue ReceiveCompletionQueue { get; init; }

    /// <summary>Where its receives come from, or null for a receive queue of its own.</summary>
    public SharedReceiveQueue? SharedReceiveQueue { get; init; }

    /// <summary>
    /// The sizes asked for; <see cref="QueuePair.Capabilities"/> has the sizes given, which may be larger.
    /// </summary>
    public QueuePairCapabilities Capabilities { get; init; } = new()
    {
        MaxSendRequests = 64,
        MaxReceiveRequests = 64,
        MaxSendElements = 1,
        MaxReceiveElements = 1,
    };

    /// <summary>Every send request completes, <see cref="SendFlags.Signaled"/> or not.</summary>
    public bool SignalAll { get; init; }
}
