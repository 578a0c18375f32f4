using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using RdmaSharp;

namespace FastSockets.Transport.Verbs;

/// <summary>
/// The process's thread for the RDMA CM: it takes events, and makes and unmakes queue pairs, so that neither the data
/// path nor a caller waits for the kernel's part in that. Everything on identifiers happens on it.
/// </summary>
internal sealed class ConnectionManager : IDisposable
{
    private const int LongestSleep = 1000;

    /// <summary>Events taken at once: a flood of requests must not keep commands and timers waiting.</summary>
    private const int MaxEventsInTurn = 16;

    private readonly CmEventChannel _channel = new();
    private readonly Doorbell _doorbell = new();
    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly PriorityQueue<Action, long> _timers = new();
    private readonly Dictionary<CmId, Action<CmEvent>> _handlers = [];
    private readonly Thread _thread;
    private readonly Lock _endLock = new();
    private volatile bool _stopping;
    private bool _hasEnded;

    public ConnectionManager()
    {
        _thread = new Thread(Run) { Name = "FastSockets connections", IsBackground = true };
        // Not with what flows along with the first connect's calls.
        _thread.UnsafeStart();
    }

    /// <summary>Runs something on the manager's thread, soon; on the pool's, when that thread is no more. Never within this call.</summary>
    public void Post(Action command)
    {
        lock (_endLock)
        {
            _commands.Enqueue(command);
            if (_hasEnded)
                // The caller may hold a lock, as a link's, that the command asks for.
                ThreadPool.UnsafeQueueUserWorkItem(static manager => manager.RunLate(), this, preferLocal: false);
            else
                _doorbell.Ring();
        }
    }

    /// <summary>Runs something on the manager's thread, not before <paramref name="delay"/> milliseconds. On that thread only.</summary>
    public void PostLater(int delay, Action command) => _timers.Enqueue(command, Environment.TickCount64 + delay);

    /// <summary>A new identifier, whose events go to <paramref name="handler"/>. On the manager's thread only.</summary>
    public CmId CreateId(Action<CmEvent> handler)
    {
        CmId id = _channel.CreateId();
        _handlers.Add(id, handler);
        return id;
    }

    /// <summary>Has the events of an identifier that came with a connect request go to <paramref name="handler"/>.</summary>
    public void Handle(CmId id, Action<CmEvent> handler) => _handlers[id] = handler;

    /// <summary>Destroys an identifier and its queue pair. On the manager's thread only.</summary>
    public void Destroy(CmId id)
    {
        _handlers.Remove(id);
        id.Dispose();
    }

    public void Dispose()
    {
        _stopping = true;
        _doorbell.Ring();
        _thread.Join();
        lock (_endLock)
        {
            _hasEnded = true;
            RunCommands();
            foreach (CmId id in _handlers.Keys)
                id.Dispose();

            _handlers.Clear();
            _channel.Dispose();
            _doorbell.Dispose();
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A bug here must end the process with its trace, not hang its users.")]
    private void Run()
    {
        try
        {
            while (!_stopping)
            {
                // The channel stays readable while events are left in it.
                (bool _, bool rung) = Descriptors.Poll(_channel.FileDescriptor, _doorbell.Descriptor, UntilTimer());
                if (rung)
                    _doorbell.Silence();

                RunCommands();
                while (_timers.TryPeek(out _, out long due) && due <= Environment.TickCount64)
                    _timers.Dequeue()();

                for (int taken = 0; taken < MaxEventsInTurn && _channel.TryGetEvent(out CmEvent? happened); taken++)
                    Dispatch(happened);
            }
        }
        catch (Exception e)
        {
            Environment.FailFast("The Fast Sockets connection manager failed.", e);
        }
    }

    private void RunLate()
    {
        lock (_endLock)
            RunCommands();
    }

    private void RunCommands()
    {
        while (_commands.TryDequeue(out Action? command))
            command();
    }

    private void Dispatch(CmEvent happened)
    {
        CmId key = happened.Type == CmEventType.ConnectRequest ? happened.Listener! : happened.Id;
        if (_handlers.TryGetValue(key, out Action<CmEvent>? handler))
            handler(happened);
        else if (happened.Type == CmEventType.ConnectRequest)
            happened.Id.Dispose();
    }

    private int UntilTimer() =>
        _timers.TryPeek(out _, out long due)
            ? (int)Math.Clamp(due - Environment.TickCount64, 0, LongestSleep)
            : Timeout.Infinite;
}
