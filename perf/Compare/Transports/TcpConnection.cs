using System.Net.Sockets;

namespace FastSockets.Perf;

/// <summary>Blocking calls sleep in the kernel; asynchronous ones wait for .NET's epoll thread.</summary>
internal sealed class TcpConnection(Socket socket) : IConnection
{
    public void Send(ReadOnlySpan<byte> data) => socket.Send(data);

    public int Receive(Span<byte> buffer) => socket.Receive(buffer);

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> data) => socket.SendAsync(data, SocketFlags.None);

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer, SocketFlags.None);

    public void FinishSending() => socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => socket.Dispose();
}
