using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FastSockets.Transport.Fabric;
using FastSockets.Transport.Progress;
using FastSockets.Transport.Protocol;

namespace FastSockets.Transport;

/// <summary>Sends without a copy: from pool memory, and from other memory that is registered for one large send.</summary>
internal sealed partial class Connection
{
    /// <summary>What a sender that does not wait for each send leaves uncopied: it pays no round trip, only a completion of its own.</summary>
    private const int PipelinedThreshold = 4096;

    /// <summary>Pipelined sends under way, in memory of their own, with which there is no room for another.</summary>
    private const int MostPipelined = 4;

    /// <summary>With so many left whoever waits for room goes on: woken once for several.</summary>
    private const int FewPipelined = MostPipelined / 2;

    private int _pipelined;
    private OperationQueue _roomWaits;
    private RoomOperation? _spareRoom;

    /// <summary>Another pipelined send may begin.</summary>
    public bool HasRoom => Volatile.Read(ref _pipelined) < MostPipelined;

    /// <summary>
    /// Sends all of <paramref name="data"/>, for callers that have several sends under way: from registered memory all but small ones
    /// are posted as they are. A close lets them go out. Their ends wake nobody but who waits for room: they are seen when something
    /// else is, at the next of these calls where more than two are under way, or with the next tick.
    /// </summary>
    /// <param name="data">Must stay unchanged until <paramref name="send"/> is told.</param>
    /// <param name="send">Told of the end, perhaps before this returns.</param>
    /// <returns>False: the bytes have been copied; nobody will be told.</returns>
    /// <exception cref="SocketException">Nobody will be told, either.</exception>
    public bool SendPipelined(ReadOnlyMemory<byte> data, IPipelinedSend send)
    {
        // What is registered for one send alone is deregistered under no lock; so no such memory here.
        SendOperation? operation = data.Length >= PipelinedThreshold ? RegisteredSend(data, PipelinedThreshold, mayRegister: false) : null;
        _link.Enter();
        try
        {
            int sent = 0;
            if (operation is not null)
                ThrowIfSendShut();
            else if ((sent = SendNow(data.Span)) == data.Length)
                return false;

            if (operation is null)
            {
                operation = RentSend();
                operation.Begin(MemoryMarshal.AsMemory(data), sent);
            }

            operation.Pipelined = send;
            _pipelined++;
            Enqueue(operation);
        }
        catch
        {
            operation?.GiveUp();
            throw;
        }
        finally
        {
            _link.Leave();
        }

        if (Volatile.Read(ref _pipelined) > FewPipelined)
            _link.Host.Progress.PollOnce();

        return true;
    }

    /// <summary>Waits until few pipelined sends are under way.</summary>
    /// <exception cref="SocketException">The connection was reset.</exception>
    public ValueTask<int> WaitForRoomAsync(CancellationToken cancellation)
    {
        RoomOperation wait;
        _link.Enter();
        try
        {
            if (HasRoom)
                return ValueTask.FromResult(0);

            wait = Interlocked.Exchange(ref _spareRoom, null) ?? new RoomOperation(this);
            wait.BeginAsync(_link.Host.Progress, SpinBudget);
            _roomWaits.Add(wait);
            _link.RoomWaitsChanged(1);
        }
        finally
        {
            // Polls: what has ended by now woke nobody.
            _link.Leave();
        }

        return wait.AsTask(cancellation);
    }

    /// <summary>A wait that is over is kept for the next.</summary>
    public void Keep(RoomOperation wait) => Volatile.Write(ref _spareRoom, wait);

    /// <summary>Ends a wait that is not over.</summary>
    public void Cancel(RoomOperation wait, SocketError error)
    {
        _link.Enter();
        try
        {
            if (_roomWaits.Remove(wait))
            {
                _link.RoomWaitsChanged(-1);
                wait.Complete(0, error);
            }
        }
        finally
        {
            _link.Leave();
        }
    }

    /// <summary>A pipelined send has ended, one way or the other.</summary>
    public void OnPipelinedSent()
    {
        if (--_pipelined <= FewPipelined)
            EndRoomWaits(SocketError.Success);
    }

    private void EndRoomWaits(SocketError error)
    {
        while (!_roomWaits.IsEmpty)
        {
            _link.RoomWaitsChanged(-1);
            _roomWaits.RemoveFirst().Complete(0, error);
        }
    }

    /// <summary>Finds, or makes for this send alone, the registration of what is to be sent. False: it is to be copied.</summary>
    private bool TryRegister(
        nint address, int length, int least, out uint key, out IRegisteredMemory? ownRegion, bool mayRegister = true)
    {
        ownRegion = null;
        key = 0;
        if (length < least)
            return false;

        if (Memory.TryGetKey(address, length, out key))
            return true;

        if (length < Memory.Thresholds.Register || !mayRegister)
            return false;

        ownRegion = Memory.TryRegister(address, length);
        key = ownRegion?.LocalKey ?? 0;
        return ownRegion is not null;
    }

    private bool IsWorthRegistering(ReadOnlyMemory<byte> data, int least) =>
        data.Length >= Memory.Thresholds.Register ||
        // Pool memory is never an array.
        (data.Length >= least && !MemoryMarshal.TryGetArray(data, out _));

    /// <summary>An operation that sends from where the data is; null when it cannot be registered.</summary>
    private SendOperation? RegisteredSend(ReadOnlyMemory<byte> data, int least, bool mayRegister = true)
    {
        SendOperation operation = RentSend();
        operation.Begin(MemoryMarshal.AsMemory(data), 0);
        nint address = operation.Pin();
        if (TryRegister(address, data.Length, least, out uint key, out IRegisteredMemory? ownRegion, mayRegister))
        {
            operation.Use(address, key, ownRegion);
            return operation;
        }

        operation.GiveUp();
        return null;
    }
}
