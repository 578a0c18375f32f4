using System.Net;
using System.Net.Sockets;
using FastSockets.Transport.Verbs;
using RdmaSharp;

namespace FastSockets.Transport;

/// <summary>A listening end in the RDMA port space. Connections that wait in its queue are their owner's to dispose.</summary>
internal sealed class RdmaListener : IDisposable
{
    private const int AddressInUse = 98;
    private const int AddressNotAvailable = 99;
    private const int NoDevice = 19;
    private const int PermissionDenied = 13;
    private const int RequestBacklog = 128;

    private readonly ConnectionManager _manager;
    private readonly ListenerTable _listeners;
    private readonly LinkMaker _links;
    private readonly AcceptQueue _queue;
    private readonly TransportOptions _options;
    private CmId? _id;

    public RdmaListener(ConnectionManager manager, ListenerTable listeners, LinkMaker links, AcceptQueue queue, TransportOptions options)
    {
        _manager = manager;
        _listeners = listeners;
        _links = links;
        _queue = queue;
        _options = options;
        LocalEndPoint = new IPEndPoint(IPAddress.Any, 0);
    }

    public IPEndPoint LocalEndPoint { get; private set; }

    public void Start(IPEndPoint local, bool dualMode)
    {
        var done = new TaskCompletionSource();
        _manager.Post(() =>
        {
            try
            {
                Bind(local, dualMode);
                done.SetResult();
            }
            catch (RdmaException e)
            {
                if (_id is not null)
                    _manager.Destroy(_id);

                _id = null;
                done.SetException(ToSocketException(e));
            }
        });
        done.Task.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _id, null) is not { } id)
            return;

        _listeners.Remove(LocalEndPoint, _queue);
        var done = new TaskCompletionSource();
        _manager.Post(() =>
        {
            _manager.Destroy(id);
            done.SetResult();
        });
        done.Task.GetAwaiter().GetResult();
    }

    private void Bind(IPEndPoint local, bool dualMode)
    {
        _id = _manager.CreateId(request => _links.OnRequest(request, LocalEndPoint));
        if (local.AddressFamily == AddressFamily.InterNetworkV6)
            _id.SetAddressFamilyOnly(!dualMode);

        _id.Bind(local);
        if (_id.Context is { } context && !_options.Uses(context))
            throw new RdmaException("bind", AddressNotAvailable);

        LocalEndPoint = _id.LocalEndPoint ?? local;
        _listeners.Add(LocalEndPoint, _queue);
        _id.Listen(RequestBacklog);
    }

    private static SocketException ToSocketException(RdmaException e) => new(
        (int)(e.ErrorNumber switch
        {
            AddressInUse => SocketError.AddressAlreadyInUse,
            AddressNotAvailable or NoDevice => SocketError.AddressNotAvailable,
            PermissionDenied => SocketError.AccessDenied,
            _ => SocketError.SocketError,
        }),
        e.Message);
}
