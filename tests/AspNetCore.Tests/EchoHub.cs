using Microsoft.AspNetCore.SignalR;

namespace FastSockets.AspNetCore.Tests;

public sealed class EchoHub : Hub
{
    public Task Echo(string text) => Clients.Caller.SendAsync("echoed", text);
}
