using System.Net;
using System.Net.Sockets;
using FastSockets.Internal;
using FastSockets.Transport;

namespace FastSockets;

// The choice between RDMA and TCP for one destination.
public sealed partial class FastSocket
{
    /// <summary>
    /// How to reach <paramref name="remote"/> by RDMA. Null: not to be tried, with the reason noted, or the call is
    /// wrong, and the TCP socket will say how.
    /// </summary>
    private RdmaRoute? RouteTo(IPEndPoint remote, string? host)
    {
        ThrowIfDisposed();
        if (_rdma is not null)
            throw new SocketException((int)SocketError.IsConnected);
        if (_listening || Transport != FastTransport.None || !OwnsFamily(remote.AddressFamily) || remote.Port == 0)
            return null;
        bool mapped = remote.Address.IsIPv4MappedToIPv6;
        if (mapped && _settings.DualMode != true)
            return null;
        IPEndPoint target = mapped ? Unmapped(remote) : remote;
        FastSocketsRule? rule = _options.RuleFor(host, target);
        RdmaNetwork? network = Network(rule);
        if (network is null)
        {
            NoteFallback(remote, _reason, _detail);
            return null;
        }

        // As cheap as it can be: a plain peer is to cost no more than a Socket to it.
        if (network.IsKnownWithout(target, out ConnectOutcome known))
        {
            NoteFallback(remote, known.Reason, known.Detail);
            return null;
        }

        var bound = _tcp?.LocalEndPoint as IPEndPoint;
        IPEndPoint? local = bound is null ? null : LocalFor(target, bound);
        if (bound is not null && local is null)
            return null;
        // A rule that is left here is for RDMA.
        string detail = string.Empty;
        if (rule is not null || _options.IsInLocalPrefix(target.Address) || network.CanReach(target.Address, out detail))
            return new RdmaRoute(network, target, local);
        NoteFallback(remote, FallbackReason.NotLocal, detail);
        return null;
    }

    /// <summary>
    /// Takes the RDMA connection over, or notes why there is none. A program that meanwhile asked for the kernel's socket
    /// keeps it.
    /// </summary>
    /// <exception cref="SocketException"><paramref name="ifClosed"/>; IsConnected: another was faster.</exception>
    private bool Adopt(ConnectOutcome outcome, IPEndPoint remote, SocketError ifClosed)
    {
        Connection? connection = outcome.Connection;
        Socket? unused;
        lock (_gate)
        {
            if (_disposed || _rdma is not null)
            {
                connection?.Abort();
                throw new SocketException((int)(_disposed ? ifClosed : SocketError.IsConnected));
            }
            if (_reason == FallbackReason.KernelRequested)
            {
                connection?.Abort();
                return false;
            }
            if (connection is null)
            {
                NoteFallback(remote, outcome.Reason, outcome.Detail);
                return false;
            }
            (unused, _tcp) = (_tcp, null);
            // Nothing is left for Close to end.
            _connecting = null;
            Carry(connection);
        }
        unused?.Dispose();
        Log.ConnectedByRdma(Logger, remote, connection.Device);
        return true;
    }

    /// <summary>From now on the stream is this connection's.</summary>
    private void Carry(Connection connection)
    {
        connection.SpinBudget = _options.SpinBudget;
        connection.SendBuffer = _settings.SendBufferSize ?? int.MaxValue;
        _rdma = new RdmaStream(connection, _settings);
        _transport = FastTransport.Rdma;
        (_reason, _detail) = (FallbackReason.None, string.Empty);
    }

    /// <summary>The network, or null with the reason noted why this socket does without.</summary>
    private RdmaNetwork? Network(FastSocketsRule? rule)
    {
        if (_reason == FallbackReason.KernelRequested)
            return null;
        if (rule is { Transport: FastTransport.Tcp })
        {
            (_reason, _detail) = (FallbackReason.Disabled, $"the rule '{rule}'");
            return null;
        }
        return SharedNetwork.Get(_options, out _reason, out _detail);
    }

    private void NoteFallback(IPEndPoint remote, FallbackReason reason, string detail)
    {
        (_reason, _detail) = (reason, detail);
        Log.FellBack(Logger, remote, reason, detail);
    }

    /// <summary>The bound address in the target's family; null when the two do not go together.</summary>
    private static IPEndPoint? LocalFor(IPEndPoint target, IPEndPoint bound)
    {
        if (bound.Address.Equals(IPAddress.IPv6Any) && target.AddressFamily == AddressFamily.InterNetwork)
            return new IPEndPoint(IPAddress.Any, bound.Port);
        IPEndPoint local = bound.Address.IsIPv4MappedToIPv6 ? Unmapped(bound) : bound;
        return local.AddressFamily == target.AddressFamily ? local : null;
    }

    private static IPEndPoint Unmapped(IPEndPoint endPoint) => new(endPoint.Address.MapToIPv4(), endPoint.Port);

    private readonly record struct RdmaRoute(RdmaNetwork Network, IPEndPoint Remote, IPEndPoint? Local);
}
