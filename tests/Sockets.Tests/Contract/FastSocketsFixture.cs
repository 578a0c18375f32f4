using System.Collections;
using System.Net;
using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>FastSockets with given options.</summary>
public abstract class FastSocketsFixture : SocketFixture
{
    protected abstract FastSocketsOptions Options { get; }

    public override ISocket Create(AddressFamily family) =>
        new FastSocketAdapter(new FastSocket(family, SocketType.Stream, ProtocolType.Tcp, Options));

    public override ISocket CreateDual() =>
        new FastSocketAdapter(new FastSocket(SocketType.Stream, ProtocolType.Tcp, Options));

    public override dynamic CreateDatagrams(AddressFamily family) =>
        new FastSocket(family, SocketType.Dgram, ProtocolType.Udp, Options);

    public override ISocket Adapt(object raw) => new FastSocketAdapter((FastSocket)raw);

    public override void SelectReady(IList? read, IList? write, IList? failed, int microSeconds) =>
        FastSocket.Select(read, write, failed, microSeconds);

    public override dynamic CreateEventArgs(Action completed)
    {
        var e = new FastSocketAsyncEventArgs();
        e.Completed += (_, _) => completed();
        return e;
    }

    public override Func<bool> Bind(ISocket socket, dynamic e, SocketAsyncOperation operation)
    {
        FastSocket raw = socket.Raw;
        FastSocketAsyncEventArgs args = e;
        return operation == SocketAsyncOperation.Send ? () => raw.SendAsync(args) : () => raw.ReceiveAsync(args);
    }

    public override bool ConnectAsync(SocketType socketType, ProtocolType protocolType, dynamic e) =>
        FastSocket.ConnectAsync(socketType, protocolType, (FastSocketAsyncEventArgs)e);

    public override void CancelConnectAsync(dynamic e) => FastSocket.CancelConnectAsync((FastSocketAsyncEventArgs)e);

    public override Stream OpenStream(ISocket? socket, FileAccess access, bool ownsSocket) =>
        new FastStream(socket?.Raw, access, ownsSocket);

    public override Stream OpenDerivedStream(ISocket socket, List<string> calls) => new DerivedFastStream(socket.Raw, calls);

    public override dynamic CreateListener(IPEndPoint local) => new FastListener(local, Options);

    public override dynamic CreateClient(AddressFamily family) => new FastClient(family, Options);
}
