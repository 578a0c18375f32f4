using System.Net;
using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>The contract's source: the sockets of System.Net.Sockets.</summary>
public class PlainSockets : SocketFixture
{
    public override IPAddress Address => IPAddress.Loopback;

    public override ISocket Create(AddressFamily family) =>
        new PlainSocketAdapter(new Socket(family, SocketType.Stream, ProtocolType.Tcp));

    public override ISocket CreateDual() => new PlainSocketAdapter(new Socket(SocketType.Stream, ProtocolType.Tcp));
}
