using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;

namespace FastSockets.AspNetCore.Internal;

/// <summary>The socket's reader with the exceptions that Kestrel knows: why this end gave up, or that the peer did.</summary>
internal sealed class ConnectionReader(PipeReader inner, FastConnectionContext connection) : PipeReader
{
    public override bool TryRead(out ReadResult result)
    {
        try
        {
            return inner.TryRead(out result);
        }
        catch (Exception e) when (Translate(e) is { } known)
        {
            throw known;
        }
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> read = inner.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? read : WaitAsync(read);
    }

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> WaitAsync(ValueTask<ReadResult> read)
    {
        try
        {
            return await read.ConfigureAwait(false);
        }
        catch (Exception e) when (Translate(e) is { } known)
        {
            throw known;
        }
    }

    private Exception? Translate(Exception e) => e switch
    {
        _ when e is not (IOException or ObjectDisposedException) => null,
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset } } =>
            new ConnectionResetException(e.Message, e),
        _ when connection.IsReset => new ConnectionResetException("The connection was reset by its peer.", e),
        _ when connection.Abortion is { } abortion => new ConnectionAbortedException(abortion.Message, e),
        ObjectDisposedException => new ConnectionAbortedException("The connection was closed.", e),
        { InnerException: SocketException { SocketErrorCode: SocketError.OperationAborted } } =>
            new ConnectionAbortedException("The connection was closed.", e),
        _ => null,
    };
}
