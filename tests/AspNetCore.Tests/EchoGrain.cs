namespace FastSockets.AspNetCore.Tests;

public sealed class EchoGrain : Grain, IEchoGrain
{
    public Task<byte[]> EchoAsync(byte[] data) => Task.FromResult(data);
}
