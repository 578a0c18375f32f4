using System.Globalization;
using System.Net;

namespace FastSockets.Perf.Instructions;

/// <summary>The two measured processes. They go through the operations in the same order.</summary>
internal static class Ends
{
    /// <summary>Says its port on standard output, and ends with the last operation.</summary>
    public static int Serve(string transport, IPAddress address, string? only)
    {
        ITransport chosen = Transport(transport);
        using IListener listener = chosen.Listen(address, Wait.Block);
        Console.WriteLine(listener.Port);
        foreach (PathOperation operation in Chosen(transport, only))
            operation.Serve(chosen, listener, address);
        return 0;
    }

    /// <summary>Writes a line for each operation: transport, operation, instructions.</summary>
    public static int Count(string transport, IPEndPoint server, string? only)
    {
        ITransport chosen = Transport(transport);
        foreach (PathOperation operation in Chosen(transport, only))
        {
            double instructions = operation.Count(chosen, server);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{transport} {operation.Name} {instructions:0.0}"));
        }
        return 0;
    }

    private static IEnumerable<PathOperation> Chosen(string transport, string? only) => PathOperation.All.Where(operation =>
        (only is null || operation.Name == only) && operation.Suits(transport));

    /// <summary>With whatever polling.</summary>
    public static bool IsRSockets(string transport) => transport.StartsWith("rsockets", StringComparison.Ordinal);

    private static ITransport Transport(string name) => name switch
    {
        "fastsockets" => new FastSocketsTransport(),
        "tcp" => new TcpTransport(),
        _ when IsRSockets(name) => new RSocketsTransport(),
        _ => throw new ArgumentException($"There is no transport '{name}'."),
    };
}
