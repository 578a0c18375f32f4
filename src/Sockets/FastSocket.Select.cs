using System.Collections;
using System.Net.Sockets;
using FastSockets.Internal;

namespace FastSockets;

public sealed partial class FastSocket
{
    /// <summary>
    /// Waits until a call would not: receive or accept (SelectRead), send or the end of a non-blocking connect
    /// (SelectWrite), or until there is an error to tell (SelectError).
    /// </summary>
    /// <param name="microSeconds">In microseconds, over RDMA rounded up to milliseconds; -1: for ever.</param>
    /// <param name="mode">What for.</param>
    /// <returns>False when the time is out.</returns>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public bool Poll(int microSeconds, SelectMode mode)
    {
        ThrowIfDisposed();
        if (IsReady(mode) is not { } isReady)
            return Tcp.Poll(microSeconds, mode);
        return isReady || (microSeconds != 0 && new Selection(this, mode).Wait(microSeconds));
    }

    /// <inheritdoc cref="Poll(int, SelectMode)"/>
    /// <param name="timeout">How long; infinite: <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="mode">What for.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than 2^31 microseconds.</exception>
    public bool Poll(TimeSpan timeout, SelectMode mode) => Poll(Microseconds(timeout), mode);

    /// <summary>
    /// Waits until one of the sockets is ready, as <see cref="Poll(int, SelectMode)"/> says it, and leaves those that are
    /// in the lists. The lists may mix sockets of both transports, and plain <see cref="Socket"/>s.
    /// </summary>
    /// <remarks>
    /// A single connection by RDMA that is to be read is waited for by its device. In any other mix the sockets are looked
    /// at in turn while the wait lasts, each millisecond after a short spin.
    /// </remarks>
    /// <param name="checkRead">Sockets to receive from or accept with; may be null.</param>
    /// <param name="checkWrite">Sockets to send with; may be null.</param>
    /// <param name="checkError">Sockets to look at for errors; may be null.</param>
    /// <param name="microSeconds">How long, in microseconds; -1: for ever.</param>
    /// <exception cref="ArgumentNullException">All lists are null or empty.</exception>
    /// <exception cref="ArgumentException">A list holds something that is not a socket.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A list has more than 65536 sockets.</exception>
    /// <exception cref="SocketException">As <see cref="Socket.Select(IList, IList, IList, int)"/>'s.</exception>
    /// <exception cref="ObjectDisposedException">A socket was closed.</exception>
    public static void Select(IList? checkRead, IList? checkWrite, IList? checkError, int microSeconds)
    {
        var selection = new Selection(checkRead, checkWrite, checkError);
        selection.Wait(microSeconds);
        selection.KeepReady(checkRead, checkWrite, checkError);
    }

    /// <inheritdoc cref="Select(IList, IList, IList, int)"/>
    /// <param name="checkRead">Sockets to receive from or accept with; may be null.</param>
    /// <param name="checkWrite">Sockets to send with; may be null.</param>
    /// <param name="checkError">Sockets to look at for errors; may be null.</param>
    /// <param name="timeout">How long; infinite: <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    public static void Select(IList? checkRead, IList? checkWrite, IList? checkError, TimeSpan timeout) =>
        Select(checkRead, checkWrite, checkError, Microseconds(timeout));

    /// <summary>The kernel's socket, of which poll(2) tells.</summary>
    internal Socket KernelSocket => Tcp;

    /// <summary>Whether it is ready now; null: the kernel knows.</summary>
    internal bool? IsReady(SelectMode mode)
    {
        ThrowIfDisposed();
        if (_rdma is { } rdma)
            return rdma.Connection.IsReady(mode);
        if (_listener is { } listener)
            return mode == SelectMode.SelectRead && listener.HasPending;
        if (_isConnecting || _connectingInBackground is { IsCompleted: false })
            return false;
        return _connectingInBackground is { IsFaulted: true } ? true : null;
    }

    private static int Microseconds(TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
            return -1;
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        long microseconds = (long)timeout.TotalMicroseconds;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(microseconds, int.MaxValue, nameof(timeout));
        return (int)microseconds;
    }
}
