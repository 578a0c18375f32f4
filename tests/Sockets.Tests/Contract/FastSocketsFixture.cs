using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>FastSockets with given options.</summary>
public abstract class FastSocketsFixture : SocketFixture
{
    protected abstract FastSocketOptions Options { get; }

    public override ISocket Create(AddressFamily family) =>
        new FastSocketAdapter(new FastSocket(family, SocketType.Stream, ProtocolType.Tcp, Options));

    public override ISocket CreateDual() =>
        new FastSocketAdapter(new FastSocket(SocketType.Stream, ProtocolType.Tcp, Options));
}
