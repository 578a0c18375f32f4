using System.Net;

namespace FastSockets.Perf.Instructions;

/// <summary>
/// Something that a client and a server do together, and whose instructions are counted: all of them, of both processes and
/// of the kernel, for they share the one processor.
/// </summary>
internal abstract class PathOperation
{
    /// <summary>In this order by every client and every server: neither need say what comes next.</summary>
    public static IReadOnlyList<PathOperation> All { get; } =
    [
        new RoundTrip(64, perBlock: 100),
        new RoundTrip(4096, perBlock: 40),
        new RoundTrip(65536, perBlock: 8),
        new AsyncRoundTrip(64, perBlock: 100),
        new MessageStream(64, perBlock: 400),
        new ShortConnection(perBlock: 5),
        new PlainConnection(perBlock: 5),
        new HttpRequest(connections: 16, perBlock: 64),
    ];

    public abstract string Name { get; }

    public abstract Wait Wait { get; }

    /// <summary>Whether a transport can do this.</summary>
    public virtual bool Suits(string transport) => true;

    /// <summary>The client's side, block after block.</summary>
    /// <returns>Instructions of one repetition.</returns>
    public abstract double Count(ITransport transport, IPEndPoint remote);

    /// <summary>The server's side, until the client has done.</summary>
    public abstract void Serve(ITransport transport, IListener listener, IPAddress address);
}
