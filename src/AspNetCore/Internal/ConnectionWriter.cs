using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace FastSockets.AspNetCore.Internal;

/// <summary>
/// The socket's writer as Kestrel takes it: a flush to a peer that has gone, or on a connection given up, is no exception but the news that
/// nobody reads any more.
/// </summary>
internal sealed class ConnectionWriter(PipeWriter inner) : PipeWriter
{
    private static readonly FlushResult s_nobodyReads = new(isCanceled: false, isCompleted: true);

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void Advance(int bytes) => inner.Advance(bytes);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<FlushResult> flush = inner.FlushAsync(cancellationToken);
        return flush.IsCompletedSuccessfully ? flush : WaitAsync(flush);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<FlushResult> WaitAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            return await flush.ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return s_nobodyReads;
        }
    }
}
