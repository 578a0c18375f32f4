using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FastSockets.Internal;

namespace FastSockets;

/// <summary>A rule for some hosts and ports: TCP at once, or RDMA to be tried wherever they are. Immutable.</summary>
public sealed class FastSocketsRule
{
    internal const string Form = "'tcp' or 'rdma', then HOST, HOST:PORT or HOST:FIRST-LAST, where HOST is *, an address, "
        + "a network, a name or *.DOMAIN, and IPv6 stands in brackets if a port follows";

    private readonly IPNetwork? _network;

    /// <summary>Creates a rule.</summary>
    /// <param name="transport">
    /// <see cref="FastTransport.Tcp"/>: the kernel's TCP. <see cref="FastTransport.Rdma"/>: RDMA is tried, then TCP.
    /// </param>
    /// <param name="host">
    /// <c>*</c> for any, an address, a network (10.1.0.0/16), a name (db.example.com), or the names of a domain
    /// (*.example.com). Names are matched with what the program connects to, not looked up.
    /// </param>
    /// <param name="firstPort">The first port.</param>
    /// <param name="lastPort">The last port; 0: the first.</param>
    /// <exception cref="ArgumentException">The transport or the host is none of those.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A port is not from 1 to 65535, or the last before the first.</exception>
    public FastSocketsRule(FastTransport transport, string host, int firstPort, int lastPort = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(firstPort, 1);
        lastPort = lastPort == 0 ? firstPort : lastPort;
        ArgumentOutOfRangeException.ThrowIfLessThan(lastPort, firstPort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lastPort, IPEndPoint.MaxPort);
        if (transport is not (FastTransport.Tcp or FastTransport.Rdma))
            throw new ArgumentException("A rule's transport is Tcp or Rdma.", nameof(transport));

        if (IPAddress.TryParse(host, out IPAddress? address))
            _network = new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128).Unmapped();
        else if (IPNetwork.TryParse(host, out IPNetwork network))
            _network = network.Unmapped();
        else if (host != "*" && !IsName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host))
            throw new ArgumentException("A rule's host is *, an address, a network, a name or *.DOMAIN.", nameof(host));

        Transport = transport;
        Host = host;
        FirstPort = firstPort;
        LastPort = lastPort;
    }

    /// <summary>Creates a rule for every port of a host.</summary>
    /// <inheritdoc cref="FastSocketsRule(FastTransport, string, int, int)"/>
    public FastSocketsRule(FastTransport transport, string host)
        : this(transport, host, 1, IPEndPoint.MaxPort)
    {
    }

    /// <summary>Tcp, or Rdma.</summary>
    public FastTransport Transport { get; }

    /// <summary>As given.</summary>
    public string Host { get; }

    /// <summary>The first of the ports.</summary>
    public int FirstPort { get; }

    /// <summary>The last of the ports.</summary>
    public int LastPort { get; }

    /// <summary>
    /// Reads a rule such as <c>tcp *:5432</c>, <c>rdma 10.1.0.0/16</c>, <c>tcp *.example.com:8000-8999</c> or
    /// <c>rdma [fd00::/8]:7000</c>.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is no rule.</exception>
    public static FastSocketsRule Parse(string text) =>
        TryParse(text, out FastSocketsRule? rule) ? rule : throw new FormatException($"'{text}' is no rule. Allowed: {Form}.");

    /// <summary>Reads a rule as <see cref="Parse"/> does; false if the text is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="rule">The rule.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out FastSocketsRule? rule)
    {
        rule = null;
        if (text?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is not [var transport, var where]
            || Named(transport) is not { } chosen || !TrySplit(where, out string host, out string? ports)
            || !TryReadPorts(ports, out int first, out int last))
            return false;
        try
        {
            rule = new FastSocketsRule(chosen, host, first, last);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The rule as <see cref="Parse"/> reads it.</summary>
    public override string ToString()
    {
        string transport = Transport == FastTransport.Tcp ? "tcp" : "rdma";
        if ((FirstPort, LastPort) == (1, IPEndPoint.MaxPort))
            return $"{transport} {Host}";
        string host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return FirstPort == LastPort ? $"{transport} {host}:{FirstPort}" : $"{transport} {host}:{FirstPort}-{LastPort}";
    }

    internal bool Matches(string? name, IPAddress address, int port)
    {
        if (port < FirstPort || port > LastPort)
            return false;
        if (_network is { } network)
            return network.Contains(address);
        return Host == "*" || (name is not null && (Host[0] == '*'
            ? name.EndsWith(Host.AsSpan(1), StringComparison.OrdinalIgnoreCase)
            : name.Equals(Host, StringComparison.OrdinalIgnoreCase)));
    }

    private static FastTransport? Named(string text) =>
        text.Equals("tcp", StringComparison.OrdinalIgnoreCase) ? FastTransport.Tcp
        : text.Equals("rdma", StringComparison.OrdinalIgnoreCase) ? FastTransport.Rdma
        : null;

    /// <summary>HOST, HOST:PORTS, [IPV6] or [IPV6]:PORTS.</summary>
    private static bool TrySplit(string where, out string host, out string? ports)
    {
        (host, ports) = (where, null);
        if (where[0] == '[')
        {
            int end = where.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || (end + 1 < where.Length && where[end + 1] != ':'))
                return false;
            host = where[1..end];
            ports = end + 1 < where.Length ? where[(end + 2)..] : null;
            return true;
        }

        int colon = where.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0 && colon == where.LastIndexOf(':'))
            (host, ports) = (where[..colon], where[(colon + 1)..]);
        return true;
    }

    private static bool TryReadPorts(string? text, out int first, out int last)
    {
        (first, last) = (1, IPEndPoint.MaxPort);
        if (text is null or "*")
            return true;
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0)
        {
            bool isPort = TryReadPort(text, out first);
            last = first;
            return isPort;
        }
        return TryReadPort(text.AsSpan(0, dash), out first) && TryReadPort(text.AsSpan(dash + 1), out last);
    }

    // 0 would mean "the first" to the constructor.
    private static bool TryReadPort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port > 0;

    private static bool IsName(string text) => Uri.CheckHostName(text) == UriHostNameType.Dns;
}
