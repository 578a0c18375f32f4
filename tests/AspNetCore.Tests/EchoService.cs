using Grpc.Core;

namespace FastSockets.AspNetCore.Tests;

public sealed class EchoService : EchoGrpc
{
    public override Task<string> Echo(string request, ServerCallContext context) => Task.FromResult(request);

    public override async Task EchoAll(
        IAsyncStreamReader<string> requests, IServerStreamWriter<string> responses, ServerCallContext context)
    {
        await foreach (string request in requests.ReadAllAsync(context.CancellationToken))
            await responses.WriteAsync(request, context.CancellationToken);
    }
}
