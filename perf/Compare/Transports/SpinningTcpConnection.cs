using System.Net.Sockets;

namespace FastSockets.Perf;

/// <summary>A non-blocking socket called again and again: TCP's counterpart of polling a completion queue.</summary>
internal sealed class SpinningTcpConnection : IConnection
{
    private readonly Socket _socket;

    public SpinningTcpConnection(Socket socket)
    {
        socket.Blocking = false;
        _socket = socket;
    }

    public void Send(ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            int sent = _socket.Send(data, SocketFlags.None, out var error);
            ThrowUnlessRetry(error);
            data = data[sent..];
        }
    }

    public int Receive(Span<byte> buffer)
    {
        while (true)
        {
            int got = _socket.Receive(buffer, SocketFlags.None, out var error);
            if (error == SocketError.Success)
                return got;
            ThrowUnlessRetry(error);
        }
    }

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> data) => throw new NotSupportedException();

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => throw new NotSupportedException();

    public void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => _socket.Dispose();

    private static void ThrowUnlessRetry(SocketError error)
    {
        if (error is not (SocketError.Success or SocketError.WouldBlock))
            throw new SocketException((int)error);
    }
}
