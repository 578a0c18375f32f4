using System.Net.Sockets;

namespace FastSockets.Transport;

/// <summary>What poll(2) says of a TCP socket.</summary>
internal sealed partial class Connection
{
    /// <summary>Looks without waiting: would a receive return, a send take something, is there an error to tell?</summary>
    public bool IsReady(SelectMode mode)
    {
        _link.Host.Progress.PollOnce();
        _link.Enter();
        try
        {
            ThrowIfDisposed();
            return mode switch
            {
                SelectMode.SelectRead => _queue.Length > 0 || Has(State.EndReceived | State.ReceiveShut | State.Dead),
                SelectMode.SelectWrite => Has(State.SendShut | State.Dead) || (!HasQueued && CanGo),
                SelectMode.SelectError => _failure != SocketError.Success,
                _ => false,
            };
        }
        finally
        {
            _link.Leave();
        }
    }

    /// <summary>What ended the connection, told once (SO_ERROR).</summary>
    public SocketError TakeError()
    {
        _link.Enter();
        try
        {
            return TakeFailure();
        }
        finally
        {
            _link.Leave();
        }
    }

    /// <summary>
    /// Waits, for <paramref name="timeout"/> milliseconds (-1: for ever), until a receive would return. What ended the
    /// connection remains to be told.
    /// </summary>
    public bool WaitUntilReadable(int timeout)
    {
        try
        {
            Receive([], timeout);
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.TimedOut)
        {
            return IsReady(SelectMode.SelectRead);
        }
        catch (SocketException exception)
        {
            _link.Enter();
            if (Has(State.Dead) && !_isDisposed)
                _failure = exception.SocketErrorCode;

            _link.Leave();
            return true;
        }
    }
}
