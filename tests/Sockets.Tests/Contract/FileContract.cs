using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>Sending files.</summary>
public abstract class FileContract<TFixture> : ContractBase<TFixture>
    where TFixture : SocketFixture, new()
{
    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(true, 0)]
    [InlineData(true, 1_000_000)]
    [InlineData(false, 100)]
    [InlineData(false, 1_000_000)]
    public async Task SendFile_BetweenBuffers_ArrivesWhole(bool blocking, int size)
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        byte[] content = Bytes(size);
        using var file = new TemporaryFile(content);
        byte[] before = [1, 2], after = [3, 4, 5];
        Task<byte[]> receiving = ReceiveExactly(server, size + 5);

        if (blocking)
            await OnThread(() => { client.Raw.SendFile(file.Path, before, after, default(TransmitFileOptions)); });
        else
            await Bounded((ValueTask)client.Raw.SendFileAsync(
                file.Path, (ReadOnlyMemory<byte>)before, (ReadOnlyMemory<byte>)after, default(TransmitFileOptions), Token));

        Assert.Equal((byte[])[1, 2, .. content, 3, 4, 5], await receiving);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task SendFile_NoFile_SendsTheBuffers()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();

        await OnThread(() =>
            { client.Raw.SendFile((string?)null, new byte[] { 1 }, new byte[] { 2 }, default(TransmitFileOptions)); });

        Assert.Equal((byte[])[1, 2], await ReceiveExactly(server, 2));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task SendFile_Missing_FileNotFound()
    {
        (ISocket client, _) = await ConnectedAsync();

        Assert.Throws<FileNotFoundException>(() => { client.Raw.SendFile("/no such file"); });
        await Assert.ThrowsAsync<FileNotFoundException>(
            async () => await (ValueTask)client.Raw.SendFileAsync("/no such file", Token));
        Assert.True(client.Connected);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task SendFile_WrongState_Throws()
    {
        using var file = new TemporaryFile([1]);
        Assert.Throws<NotSupportedException>(() => { NewSocket().Raw.SendFile(file.Path); });
        (ISocket client, _) = await ConnectedAsync();
        client.Dispose();
        Assert.Throws<ObjectDisposedException>(() => { client.Raw.SendFile(file.Path); });
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task SendFile_NonBlocking_SendsWhatFits()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        using var file = new TemporaryFile([1, 2, 3]);
        client.Blocking = false;

        client.Raw.SendFile(file.Path);

        Assert.Equal((byte[])[1, 2, 3], await ReceiveExactly(server, 3));
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(TransmitFileOptions.Disconnect)]
    [InlineData(TransmitFileOptions.UseSystemThread)]
    public async Task SendFile_Flags_PlatformNotSupported(TransmitFileOptions flags)
    {
        (ISocket client, _) = await ConnectedAsync();
        using var file = new TemporaryFile([1]);

        Assert.Throws<PlatformNotSupportedException>(
            () => { client.Raw.SendFile(file.Path, (byte[]?)null, (byte[]?)null, flags); });
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task SendFileAsync_CancelledWhilePeerDoesNotRead_OperationCanceled()
    {
        (ISocket client, _) = await ConnectedAsync();
        using var file = new TemporaryFile(new byte[64 << 20]);
        using var cancel = new CancellationTokenSource();
        Task sending = ((ValueTask)client.Raw.SendFileAsync(file.Path, cancel.Token)).AsTask();
        await LetItWait();
        Assert.False(sending.IsCompleted);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bounded(sending));
    }

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(byte[] content) => File.WriteAllBytes(Path, content);

        public string Path { get; } =
            System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());

        public void Dispose() => File.Delete(Path);
    }
}
