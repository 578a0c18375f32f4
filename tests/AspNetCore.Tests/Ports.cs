using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace FastSockets.AspNetCore.Tests;

/// <summary>Ports that were free a moment ago, for what must know them before it listens.</summary>
internal static class Ports
{
    private const int Attempts = 5;

    public static (int First, int Second) TwoFree(IPAddress address)
    {
        // Both at once, so that they differ.
        using TcpListener first = new(address, 0), second = new(address, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }

    /// <summary>Runs a test again if somebody else has taken a port meanwhile.</summary>
    public static async Task RetryAsync(Func<Task> test)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await test();
                return;
            }
            catch (Exception e) when (attempt < Attempts && IsInUse(e))
            {
            }
        }
    }

    private static bool IsInUse(Exception? e) => e is not null && (e is AddressInUseException || IsInUse(e.InnerException));
}
