namespace RdmaSharp;

/// <summary>
/// Something that happened to a device or an object on it: ibv_get_async_event(3). One of the members is set.
/// </summary>
/// <param name="Type">What happened.</param>
/// <param name="CompletionQueue">The completion queue concerned.</param>
/// <param name="QueuePair">The queue pair concerned.</param>
/// <param name="SharedReceiveQueue">The shared receive queue concerned.</param>
/// <param name="Port">The port concerned, from 1; otherwise 0.</param>
public readonly record struct AsyncEvent(
    AsyncEventType Type,
    CompletionQueue? CompletionQueue = null,
    QueuePair? QueuePair = null,
    SharedReceiveQueue? SharedReceiveQueue = null,
    int Port = 0);
