using System.Net.Sockets;
using FastSockets.Transport;
using Microsoft.Extensions.Logging;

namespace FastSockets.Internal;

/// <summary>
/// A listening end of both transports: connections by RDMA and sockets by TCP wait in one queue, in the order in which
/// they came. Thread safe.
/// </summary>
internal sealed class MergedListener : IDisposable
{
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly Socket _tcp;
    private readonly RdmaListener _rdma;
    private readonly AcceptQueue _queue;
    private readonly TimeSpan _spin;
    private readonly ILogger _logger;
    private Socket? _held;
    private int _pumping;
    private volatile bool _closed;

    /// <summary>Takes over <paramref name="tcp"/>, which listens, and <paramref name="rdma"/>.</summary>
    public MergedListener(Socket tcp, RdmaListener rdma, AcceptQueue queue, TimeSpan spin, ILogger logger)
    {
        (_tcp, _rdma, _queue, _spin, _logger) = (tcp, rdma, queue, spin, logger);
        Pump();
    }

    /// <summary>Waits for a <see cref="Connection"/> or a <see cref="Socket"/>.</summary>
    public object Accept()
    {
        try
        {
            return Taken(_queue.Take(Timeout.Infinite, _spin)!);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.OperationAborted)
        {
            // As Socket says when a blocking Accept is ended by Close.
            throw new SocketException((int)SocketError.Interrupted);
        }
    }

    /// <inheritdoc cref="Accept"/>
    public async ValueTask<object> AcceptAsync(CancellationToken cancellation) =>
        Taken(await _queue.TakeAsync(cancellation).ConfigureAwait(false));

    /// <summary>Takes what is there; null when nothing is.</summary>
    public object? TryAccept() => _queue.TryTake(out object? accepted) ? Taken(accepted!) : null;

    /// <summary>Whether <see cref="TryAccept"/> would bring something.</summary>
    public bool HasPending
    {
        get
        {
            _queue.Progress.PollOnce();
            return _queue.Count > 0;
        }
    }

    /// <summary>Ends the waiters; resets what nobody took, as a kernel does with its backlog.</summary>
    public void Dispose()
    {
        _closed = true;
        _rdma.Dispose();
        _tcp.Dispose();
        foreach (object accepted in _queue.Close())
        {
            switch (accepted)
            {
                case Connection connection:
                    connection.Abort();
                    break;
                case Socket socket:
                    socket.Close(0);
                    break;
            }
        }
        ResetHeld();
    }

    private object Taken(object accepted)
    {
        Pump();
        return accepted is SocketException exception ? throw exception : accepted;
    }

    private void Pump()
    {
        if (Interlocked.CompareExchange(ref _pumping, 1, 0) == 0)
            _ = PumpAsync();
    }

    /// <summary>Moves TCP's connections into the queue while it has room; more wait in the kernel.</summary>
    private async Task PumpAsync()
    {
        while (!_closed && _queue.HasRoom)
        {
            try
            {
                Socket socket = Interlocked.Exchange(ref _held, null) ?? await _tcp.AcceptAsync().ConfigureAwait(false);
                if (_queue.Enqueue(socket))
                    continue;

                // RDMA took the last place meanwhile: keep the socket until there is one, or reset it on closing.
                _held = socket;
                if (_closed)
                    ResetHeld();
                break;
            }
            catch (Exception exception) when (_closed && exception is SocketException or ObjectDisposedException)
            {
                break;
            }
            catch (SocketException exception)
            {
                // Such as too many open files: whoever accepts learns of it, but not in a hot loop.
                Log.AcceptFailed(_logger, exception);
                if (_queue.Count == 0)
                    _queue.Enqueue(exception);
                await Task.Delay(s_pauseAfterFailure).ConfigureAwait(false);
            }
        }

        // A taker that made room between the test above and this line found the pump running, and relies on this look.
        Interlocked.Exchange(ref _pumping, 0);
        if (!_closed && _queue.HasRoom)
            Pump();
    }

    private void ResetHeld() => Interlocked.Exchange(ref _held, null)?.Close(0);
}
