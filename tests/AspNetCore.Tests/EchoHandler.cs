using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace FastSockets.AspNetCore.Tests;

/// <summary>Sends back what comes, until its end.</summary>
public sealed class EchoHandler : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection) =>
        await connection.Transport.Input.CopyToAsync(connection.Transport.Output);
}
