using System.Net;
using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

internal sealed class PlainSocketAdapter(Socket socket) : ISocket
{
    public FastSocket? Fast => null;

    public dynamic Raw => socket;

    public AddressFamily AddressFamily => socket.AddressFamily;

    public SocketType SocketType => socket.SocketType;

    public ProtocolType ProtocolType => socket.ProtocolType;

    public EndPoint? LocalEndPoint => socket.LocalEndPoint;

    public EndPoint? RemoteEndPoint => socket.RemoteEndPoint;

    public bool Connected => socket.Connected;

    public int Available => socket.Available;

    public bool Blocking { get => socket.Blocking; set => socket.Blocking = value; }

    public bool NoDelay { get => socket.NoDelay; set => socket.NoDelay = value; }

    public bool DualMode { get => socket.DualMode; set => socket.DualMode = value; }

    public int SendTimeout { get => socket.SendTimeout; set => socket.SendTimeout = value; }

    public int ReceiveTimeout { get => socket.ReceiveTimeout; set => socket.ReceiveTimeout = value; }

    public int SendBufferSize { get => socket.SendBufferSize; set => socket.SendBufferSize = value; }

    public int ReceiveBufferSize { get => socket.ReceiveBufferSize; set => socket.ReceiveBufferSize = value; }

    public LingerOption? LingerState { get => socket.LingerState; set => socket.LingerState = value!; }

    public void Bind(EndPoint localEP) => socket.Bind(localEP);

    public void Listen(int backlog) => socket.Listen(backlog);

    public ISocket Accept() => new PlainSocketAdapter(socket.Accept());

    public async Task<ISocket> AcceptAsync(CancellationToken cancellation) =>
        new PlainSocketAdapter(await socket.AcceptAsync(cancellation));

    public void Connect(EndPoint remoteEP) => socket.Connect(remoteEP);

    public void Connect(IPAddress address, int port) => socket.Connect(address, port);

    public void Connect(string host, int port) => socket.Connect(host, port);

    public ValueTask ConnectAsync(EndPoint remoteEP, CancellationToken cancellation) =>
        socket.ConnectAsync(remoteEP, cancellation);

    public ValueTask ConnectAsync(string host, int port, CancellationToken cancellation) =>
        socket.ConnectAsync(host, port, cancellation);

    public int Send(byte[] buffer, int offset, int size, SocketFlags flags) => socket.Send(buffer, offset, size, flags);

    public int Send(ReadOnlySpan<byte> buffer, SocketFlags flags) => socket.Send(buffer, flags);

    public int Send(ReadOnlySpan<byte> buffer, SocketFlags flags, out SocketError errorCode) =>
        socket.Send(buffer, flags, out errorCode);

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation) =>
        socket.SendAsync(buffer, SocketFlags.None, cancellation);

    public int Receive(byte[] buffer, int offset, int size, SocketFlags flags) =>
        socket.Receive(buffer, offset, size, flags);

    public int Receive(Span<byte> buffer, SocketFlags flags) => socket.Receive(buffer, flags);

    public int Receive(Span<byte> buffer, SocketFlags flags, out SocketError errorCode) =>
        socket.Receive(buffer, flags, out errorCode);

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketFlags flags, CancellationToken cancellation) =>
        socket.ReceiveAsync(buffer, flags, cancellation);

    public void Shutdown(SocketShutdown how) => socket.Shutdown(how);

    public void Close(int timeout) => socket.Close(timeout);

    public void Dispose() => socket.Dispose();
}
