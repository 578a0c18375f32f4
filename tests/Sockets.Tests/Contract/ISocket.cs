using System.Net;
using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>
/// The members that a <see cref="FastSocket"/> shares with a <see cref="Socket"/>. The contract runs against both, so
/// that what it expects of the one is proven to be what the other does.
/// </summary>
public interface ISocket : IDisposable
{
    /// <summary>Null when it is a plain Socket.</summary>
    FastSocket? Fast { get; }

    /// <summary>
    /// The socket itself, bound late: the same text runs against both types, and fails where a signature differs.
    /// </summary>
    dynamic Raw { get; }

    AddressFamily AddressFamily { get; }

    SocketType SocketType { get; }

    ProtocolType ProtocolType { get; }

    EndPoint? LocalEndPoint { get; }

    EndPoint? RemoteEndPoint { get; }

    bool Connected { get; }

    int Available { get; }

    bool Blocking { get; set; }

    bool NoDelay { get; set; }

    bool DualMode { get; set; }

    int SendTimeout { get; set; }

    int ReceiveTimeout { get; set; }

    int SendBufferSize { get; set; }

    int ReceiveBufferSize { get; set; }

    LingerOption? LingerState { get; set; }

    void Bind(EndPoint localEP);

    void Listen(int backlog);

    ISocket Accept();

    Task<ISocket> AcceptAsync(CancellationToken cancellation);

    void Connect(EndPoint remoteEP);

    void Connect(IPAddress address, int port);

    void Connect(string host, int port);

    ValueTask ConnectAsync(EndPoint remoteEP, CancellationToken cancellation);

    ValueTask ConnectAsync(string host, int port, CancellationToken cancellation);

    int Send(byte[] buffer, int offset, int size, SocketFlags flags);

    int Send(ReadOnlySpan<byte> buffer, SocketFlags flags = SocketFlags.None);

    int Send(ReadOnlySpan<byte> buffer, SocketFlags flags, out SocketError errorCode);

    ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation);

    int Receive(byte[] buffer, int offset, int size, SocketFlags flags);

    int Receive(Span<byte> buffer, SocketFlags flags = SocketFlags.None);

    int Receive(Span<byte> buffer, SocketFlags flags, out SocketError errorCode);

    ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketFlags flags, CancellationToken cancellation);

    void Shutdown(SocketShutdown how);

    void Close(int timeout);
}
