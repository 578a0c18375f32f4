using System.Collections;
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

    public override dynamic CreateDatagrams(AddressFamily family) =>
        new Socket(family, SocketType.Dgram, ProtocolType.Udp);

    public override ISocket Adapt(object raw) => new PlainSocketAdapter((Socket)raw);

    public override void SelectReady(IList? read, IList? write, IList? failed, int microSeconds) =>
        Socket.Select(read, write, failed, microSeconds);

    public override dynamic CreateEventArgs(Action completed)
    {
        var e = new SocketAsyncEventArgs();
        e.Completed += (_, _) => completed();
        return e;
    }

    public override Func<bool> Bind(ISocket socket, dynamic e, SocketAsyncOperation operation)
    {
        Socket raw = socket.Raw;
        SocketAsyncEventArgs args = e;
        return operation == SocketAsyncOperation.Send ? () => raw.SendAsync(args) : () => raw.ReceiveAsync(args);
    }

    public override bool ConnectAsync(SocketType socketType, ProtocolType protocolType, dynamic e) =>
        Socket.ConnectAsync(socketType, protocolType, (SocketAsyncEventArgs)e);

    public override void CancelConnectAsync(dynamic e) => Socket.CancelConnectAsync((SocketAsyncEventArgs)e);

    public override Stream OpenStream(ISocket? socket, FileAccess access, bool ownsSocket) =>
        new NetworkStream(socket?.Raw, access, ownsSocket);

    public override Stream OpenDerivedStream(ISocket socket, List<string> calls) => new DerivedNetworkStream(socket.Raw, calls);

    public override dynamic CreateListener(IPEndPoint local) => new TcpListener(local);

    public override dynamic CreateClient(AddressFamily family) => new TcpClient(family);
}
