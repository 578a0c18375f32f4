namespace FastSockets.Perf;

/// <summary>
/// Blocking calls as the library makes them: polling for its 10 us, then sleeping on a completion event; or non-blocking
/// ones again and again.
/// </summary>
internal sealed class RSocketConnection(RSocket socket, Wait wait) : IConnection
{
    private readonly bool _blocks = wait == Wait.Block;

    public void Send(ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
            data = data[socket.Send(data, _blocks)..];
    }

    public int Receive(Span<byte> buffer)
    {
        int got;
        do
            got = socket.Receive(buffer, _blocks);
        while (got < 0);
        return got;
    }

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> data) => throw new NotSupportedException();

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => throw new NotSupportedException();

    public void FinishSending() => socket.FinishSending();

    public void Dispose() => socket.Dispose();
}
