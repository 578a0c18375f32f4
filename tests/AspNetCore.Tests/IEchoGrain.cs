namespace FastSockets.AspNetCore.Tests;

public interface IEchoGrain : IGrainWithIntegerKey
{
    Task<byte[]> EchoAsync(byte[] data);
}
