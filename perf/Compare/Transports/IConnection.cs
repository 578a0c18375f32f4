namespace FastSockets.Perf;

/// <summary>The calls a pattern makes; each transport answers them with its own socket and nothing else.</summary>
internal interface IConnection : IDisposable
{
    /// <summary>Sends all of <paramref name="data"/>.</summary>
    void Send(ReadOnlySpan<byte> data);

    /// <summary>Receives at least one byte, or returns 0 at the end of the stream.</summary>
    int Receive(Span<byte> buffer);

    /// <summary>Sends all of <paramref name="data"/> and returns its length.</summary>
    ValueTask<int> SendAsync(ReadOnlyMemory<byte> data);

    /// <summary>Receives at least one byte, or returns 0 at the end of the stream.</summary>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Says that no more will be sent.</summary>
    void FinishSending();
}
