using System.Net.Sockets;

namespace FastSockets.Transport.Progress;

/// <summary>The wait until fewer pipelined sends of a connection are under way.</summary>
internal sealed class RoomOperation(Connection connection) : Operation
{
    protected override void OnCancelled() => connection.Cancel(this, SocketError.OperationAborted);

    protected override void OnIdle() => connection.Keep(this);
}
