namespace FastSockets.Transport;

/// <summary>
/// What a listener has accepted and nobody has taken yet: connections by RDMA and, from the socket layer, sockets by TCP.
/// A blocking taker drives the device's progress while it waits. Thread safe.
/// </summary>
internal sealed class AcceptQueue
{
    /// <param name="backlog">How many may wait; more are refused.</param>
    public AcceptQueue(int backlog) => throw new NotImplementedException();

    /// <summary>False while at least the backlog's number waits.</summary>
    public bool HasRoom => throw new NotImplementedException();

    public int Count => throw new NotImplementedException();

    /// <summary>Adds a <see cref="Connection"/> or a <see cref="System.Net.Sockets.Socket"/>. False when full or closed: the item stays the caller's.</summary>
    public bool Enqueue(object accepted) => throw new NotImplementedException();

    /// <summary>Takes the next without waiting.</summary>
    public bool TryTake(out object? accepted) => throw new NotImplementedException();

    /// <summary>Waits for the next. Timeout in milliseconds, -1 for none: null when it ran out.</summary>
    public object? Take(int timeout = Timeout.Infinite) => throw new NotImplementedException();

    public ValueTask<object> TakeAsync(CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>Ends the waiters with SocketError.OperationAborted and returns what nobody took, for the caller to dispose.</summary>
    public IReadOnlyList<object> Close() => throw new NotImplementedException();
}
