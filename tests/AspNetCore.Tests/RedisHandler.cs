using System.Text;
using Microsoft.AspNetCore.Connections;

namespace FastSockets.AspNetCore.Tests;

/// <summary>As much of a Redis server as a client needs to connect, set and get a text: to the rest it says that it does not know it.</summary>
public sealed class RedisHandler : ConnectionHandler
{
    private readonly Dictionary<string, string> _values = [];

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        // A byte to a character: clients send binary values, too.
        using var reader = new StreamReader(connection.Transport.Input.AsStream(), Encoding.Latin1);
        await using var writer = new StreamWriter(connection.Transport.Output.AsStream(), Encoding.Latin1) { AutoFlush = true };
        while (await reader.ReadLineAsync() is { } head)
        {
            // *COUNT, and for each $LENGTH and the text.
            string[] command = new string[int.Parse(head.AsSpan(1))];
            for (int i = 0; i < command.Length; i++)
            {
                char[] text = new char[int.Parse((await reader.ReadLineAsync()).AsSpan(1))];
                await reader.ReadBlockAsync(text);
                await reader.ReadLineAsync();
                command[i] = new string(text);
            }

            await writer.WriteAsync(Answer(command));
        }
    }

    private string Answer(string[] command)
    {
        switch (command)
        {
            case ["PING"]:
                return "+PONG\r\n";
            case ["ECHO", var text]:
                return Bulk(text);
            case ["SET", var key, var value]:
                lock (_values)
                    _values[key] = value;
                return "+OK\r\n";
            case ["GET", var key]:
                lock (_values)
                    return _values.TryGetValue(key, out string? found) ? Bulk(found) : "$-1\r\n";
            default:
                return $"-ERR unknown command '{command[0]}'\r\n";
        }
    }

    private static string Bulk(string text) => $"${text.Length}\r\n{text}\r\n";
}
