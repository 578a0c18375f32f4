using System.Net;

namespace FastSockets.Transport;

/// <summary>
/// One byte stream over a link. One sender and one receiver may run at the same time, and more of each are served in
/// order. All failures are <see cref="System.Net.Sockets.SocketException"/>s with the codes a TCP socket gives.
/// </summary>
internal sealed class Connection : IDisposable
{
    public IPEndPoint LocalEndPoint => throw new NotImplementedException();

    public IPEndPoint RemoteEndPoint => throw new NotImplementedException();

    /// <summary>The RDMA device's name, such as mlx5_0.</summary>
    public string Device => throw new NotImplementedException();

    /// <summary>How long this connection's blocking callers poll before they sleep. Zero: never; infinite: always.</summary>
    public TimeSpan SpinBudget { get => throw new NotImplementedException(); set => throw new NotImplementedException(); }

    /// <summary>Bytes that can be received at once.</summary>
    public int Available => throw new NotImplementedException();

    /// <summary>False once reset, aborted or closed.</summary>
    public bool IsAlive => throw new NotImplementedException();

    /// <summary>Sends all of <paramref name="data"/>; the memory is the caller's again on return. Timeout in ms, -1 for none: SocketError.TimedOut.</summary>
    public int Send(ReadOnlySpan<byte> data, int timeout = Timeout.Infinite) => throw new NotImplementedException();

    /// <summary>Sends what can be sent without waiting; 0 when nothing can.</summary>
    public int TrySend(ReadOnlySpan<byte> data) => throw new NotImplementedException();

    /// <summary>Sends all of <paramref name="data"/>, which must stay unchanged until completion. No allocation in steady state.</summary>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>Receives at least one byte, or 0 at the end of the stream; an empty buffer waits for data or end. Timeout as for Send.</summary>
    public int Receive(Span<byte> buffer, int timeout = Timeout.Infinite) => throw new NotImplementedException();

    /// <summary>Receives without waiting; -1 when nothing is there yet, 0 at the end of the stream.</summary>
    public int TryReceive(Span<byte> buffer) => throw new NotImplementedException();

    /// <summary>Copies what is there without taking it; otherwise as <see cref="TryReceive"/>.</summary>
    public int TryPeek(Span<byte> buffer) => throw new NotImplementedException();

    /// <summary>As <see cref="Receive"/>; an empty buffer completes (with 0) when there is data or the end.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>Ends this direction: the peer reads to the end, then 0. Later sends fail with SocketError.Shutdown.</summary>
    public void ShutdownSend() => throw new NotImplementedException();

    /// <summary>Received bytes, and those to come, are dropped; receives return 0.</summary>
    public void ShutdownReceive() => throw new NotImplementedException();

    /// <summary>Resets the peer (ECONNRESET there); whatever waits here ends in SocketError.OperationAborted.</summary>
    public void Abort() => throw new NotImplementedException();

    /// <summary>Closes as TCP does: a graceful end in the background, or a reset when received bytes were not read.</summary>
    public void Dispose() => throw new NotImplementedException();
}
