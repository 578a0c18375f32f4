using System.Collections;
using System.Diagnostics;
using System.Net.Sockets;
using FastSockets.Transport;

namespace FastSockets.Internal;

/// <summary>
/// Sockets of both transports that one call waits for. The kernel is asked about its sockets by one poll(2), the others
/// are looked at.
/// </summary>
internal sealed class Selection
{
    private const int MaxSockets = 65_536;

    /// <summary>Microseconds between looks once spinning has brought nothing.</summary>
    private const int Pause = 1000;

    /// <summary>Microseconds of looking without a pause: about what a wake-up costs.</summary>
    private static readonly double s_wakeUp = new TransportOptions().SpinBudget.TotalMicroseconds;

    private readonly List<Entry> _entries = [];
    private readonly HashSet<(object Socket, SelectMode Mode)> _ready = [];

    public Selection(FastSocket socket, SelectMode mode) => _entries.Add(new Entry(socket, mode));

    public Selection(IList? read, IList? write, IList? error)
    {
        if (read is not { Count: > 0 } && write is not { Count: > 0 } && error is not { Count: > 0 })
            throw new ArgumentNullException(null, "All lists are null or empty.");
        Add(read, SelectMode.SelectRead, "checkRead");
        Add(write, SelectMode.SelectWrite, "checkWrite");
        Add(error, SelectMode.SelectError, "checkError");
    }

    /// <summary>Waits for so many microseconds (below 0: for ever). False when the time is out.</summary>
    public bool Wait(int microSeconds)
    {
        long start = Stopwatch.GetTimestamp();
        bool isEndless = microSeconds < 0;
        double left = microSeconds;
        int pause = 0;
        while (!Look(pause, out bool isAllTheKernels))
        {
            double elapsed = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            if (!isEndless && (left = microSeconds - elapsed) <= 0)
                return false;
            if (SoleReader is { } reader)
                return WaitFor(reader, isEndless ? -1 : (int)Math.Ceiling(left / 1000));
            int rest = isEndless ? -1 : (int)Math.Ceiling(left);
            pause = isAllTheKernels || elapsed >= s_wakeUp ? rest : 0;
        }
        return true;
    }

    /// <summary>Leaves those that are ready.</summary>
    public void KeepReady(IList? read, IList? write, IList? error)
    {
        Keep(read, SelectMode.SelectRead);
        Keep(write, SelectMode.SelectWrite);
        Keep(error, SelectMode.SelectError);
    }

    /// <summary>The only one waited for, if its device can wake who waits.</summary>
    private Connection? SoleReader =>
        _entries is [{ Mode: SelectMode.SelectRead, Socket: FastSocket { Connection: { } connection } }]
            ? connection
            : null;

    private bool WaitFor(Connection reader, int timeout)
    {
        if (!reader.WaitUntilReadable(timeout))
            return false;
        _ready.Add((_entries[0].Socket, SelectMode.SelectRead));
        return true;
    }

    /// <summary>
    /// Looks at all; if none is ready, waits so many microseconds (below 0: for ever), in poll(2) for the kernel's sockets,
    /// and only until it is time to look again where there are others.
    /// </summary>
    private bool Look(int pause, out bool isAllTheKernels)
    {
        List<(Entry Entry, Socket Socket)> asked = [];
        foreach (Entry entry in _entries)
        {
            bool? isReady = (entry.Socket as FastSocket)?.IsReady(entry.Mode);
            if (isReady == true)
                _ready.Add((entry.Socket, entry.Mode));
            else if (isReady is null)
                asked.Add((entry, entry.Socket as Socket ?? ((FastSocket)entry.Socket).KernelSocket));
        }

        // What a socket is can change with every look: a connect by RDMA that goes on by TCP, and the other way round.
        isAllTheKernels = asked.Count == _entries.Count;
        if (!isAllTheKernels)
            pause = pause < 0 ? Pause : Math.Min(pause, Pause);
        if (asked.Count > 0)
            AskKernel(asked, _ready.Count > 0 ? 0 : pause);
        else if (_ready.Count == 0 && pause > 0)
            Thread.Sleep(Math.Max(1, pause / 1000));
        return _ready.Count > 0;
    }

    private void AskKernel(List<(Entry Entry, Socket Socket)> asked, int pause)
    {
        ArrayList read = Of(SelectMode.SelectRead);
        ArrayList write = Of(SelectMode.SelectWrite);
        ArrayList error = Of(SelectMode.SelectError);
        Socket.Select(read, write, error, pause);
        HashSet<object?>[] ready = [[.. read], [.. write], [.. error]];
        foreach ((Entry entry, Socket socket) in asked)
        {
            if (ready[(int)entry.Mode].Contains(socket))
                _ready.Add((entry.Socket, entry.Mode));
        }

        ArrayList Of(SelectMode mode) =>
            new(asked.FindAll(one => one.Entry.Mode == mode).ConvertAll(one => one.Socket));
    }

    private void Add(IList? sockets, SelectMode mode, string name)
    {
        if (sockets is null)
            return;
        if (sockets.Count > MaxSockets)
            throw new ArgumentOutOfRangeException(name, $"More than {MaxSockets} sockets.");
        foreach (object? socket in sockets)
        {
            if (socket is not (FastSocket or Socket))
                throw new ArgumentException("Only sockets can be selected.", name);
            _entries.Add(new Entry(socket, mode));
        }
    }

    private void Keep(IList? sockets, SelectMode mode)
    {
        for (int i = (sockets?.Count ?? 0) - 1; i >= 0; i--)
        {
            if (!_ready.Contains((sockets![i]!, mode)))
                sockets.RemoveAt(i);
        }
    }

    private readonly record struct Entry(object Socket, SelectMode Mode);
}
