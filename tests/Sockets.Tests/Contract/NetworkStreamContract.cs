using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>A socket as a Stream.</summary>
public abstract class NetworkStreamContract<TFixture> : ContractBase<TFixture>
    where TFixture : SocketFixture, new()
{
    [Theory(Timeout = LimitMilliseconds)]
    [InlineData("array")]
    [InlineData("span")]
    [InlineData("byte")]
    [InlineData("array async")]
    [InlineData("memory async")]
    [InlineData("begin end")]
    public async Task ReadWrite_EachForm_CarriesTheBytes(string form)
    {
        (Stream client, Stream server) = await StreamsAsync();
        byte[] buffer = [0, 9, 0];
        byte[] into = new byte[3];
        switch (form)
        {
            case "array":
                await OnThread(() => client.Write(buffer, 1, 1));
                Assert.Equal(1, await OnThread(() => server.Read(into, 1, 1)));
                break;
            case "span":
                await OnThread(() => client.Write(buffer.AsSpan(1, 1)));
                Assert.Equal(1, await OnThread(() => server.Read(into.AsSpan(1))));
                break;
            case "byte":
                await OnThread(() => client.WriteByte(9));
                into[1] = (byte)await OnThread(server.ReadByte);
                break;
            case "array async":
                await Bounded(client.WriteAsync(buffer, 1, 1, Token));
                Assert.Equal(1, await Bounded(server.ReadAsync(into, 1, 1, Token)));
                break;
            case "memory async":
                await Bounded(client.WriteAsync(buffer.AsMemory(1, 1), Token));
                Assert.Equal(1, await Bounded(server.ReadAsync(into.AsMemory(1), Token)));
                break;
            default:
                await OnThread(() => client.EndWrite(client.BeginWrite(buffer, 1, 1, null, null)));
                Assert.Equal(1, await OnThread(() => server.EndRead(server.BeginRead(into, 1, 1, null, null))));
                break;
        }

        Assert.Equal((byte[])[0, 9, 0], into);
        client.Flush();
        await Bounded(client.FlushAsync(Token));
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_EmptyBuffer_PendsUntilDataAndUntilTheEnd(bool blocking)
    {
        (Stream client, Stream server) = await StreamsAsync();
        Task<int> reading = ReadNothing();
        await LetItWait();
        Assert.False(reading.IsCompleted);
        await Bounded(client.WriteAsync(new byte[] { 4 }, Token));
        Assert.Equal(0, await reading);
        Assert.True((bool)((dynamic)server).DataAvailable);
        Assert.Equal(4, await OnThread(server.ReadByte));
        Assert.False((bool)((dynamic)server).DataAvailable);

        reading = ReadNothing();
        await LetItWait();
        Assert.False(reading.IsCompleted);
        client.Close();
        Assert.Equal(0, await reading);
        Assert.Equal(-1, await OnThread(server.ReadByte));

        Task<int> ReadNothing() => blocking
            ? OnThread(() => server.Read([], 0, 0))
            : Bounded(server.ReadAsync(Memory<byte>.Empty, Token));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task ReadAndWrite_AtTheSameTime_CarryMuchBothWays()
    {
        (Stream client, Stream server) = await StreamsAsync();
        byte[] message = Bytes(5_000_000);
        byte[] there = new byte[message.Length], back = new byte[message.Length];

        await Bounded(Task.WhenAll(
            client.WriteAsync(message, Token).AsTask(),
            server.WriteAsync(message, Token).AsTask(),
            client.ReadExactlyAsync(back, Token).AsTask(),
            server.ReadExactlyAsync(there, Token).AsTask()));

        Assert.Equal(message, there);
        Assert.Equal(message, back);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task CopyTo_FileOverTheStream_ArrivesWhole()
    {
        (Stream client, Stream server) = await StreamsAsync();
        byte[] message = Bytes(1_000_000);
        using var received = new MemoryStream();
        Task copying = server.CopyToAsync(received, Token);

        await Bounded(new MemoryStream(message).CopyToAsync(client, Token));
        client.Close();
        await Bounded(copying);

        Assert.Equal(message, received.ToArray());
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task ReadTimeout_Passes_IOExceptionWithTimedOut()
    {
        (Stream client, _) = await StreamsAsync();
        Assert.Equal((-1, -1), (client.ReadTimeout, client.WriteTimeout));
        client.ReadTimeout = 100;
        client.WriteTimeout = 200;

        IOException thrown = await OnThread(() => Assert.Throws<IOException>(() => client.Read(new byte[1])));

        Assert.Equal(SocketError.TimedOut, CodeIn(thrown));
        Assert.Equal((100, 200), (client.ReadTimeout, client.WriteTimeout));
        client.ReadTimeout = Timeout.Infinite;
        Assert.Equal(-1, client.ReadTimeout);
        Assert.Throws<ArgumentOutOfRangeException>(() => client.ReadTimeout = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => client.WriteTimeout = -2);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task WriteTimeout_PeerDoesNotRead_IOExceptionWithTimedOut()
    {
        (Stream client, _) = await StreamsAsync();
        client.WriteTimeout = 100;

        IOException thrown = await OnThread(() => Assert.Throws<IOException>(() => client.Write(new byte[64 << 20])));

        Assert.Equal(SocketError.TimedOut, CodeIn(thrown));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task ReadAsync_Cancelled_OperationCanceledAndNothingLost()
    {
        (Stream client, Stream server) = await StreamsAsync();
        using var cancel = new CancellationTokenSource();
        Task<int> reading = server.ReadAsync(new byte[1], cancel.Token).AsTask();
        await LetItWait();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bounded(reading));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Bounded(server.ReadAsync(new byte[1], cancel.Token)));

        await Bounded(client.WriteAsync(new byte[] { 3 }, Token));

        Assert.Equal(3, await OnThread(server.ReadByte));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task WriteAsync_Cancelled_OperationCanceled()
    {
        (Stream client, _) = await StreamsAsync();
        using var cancel = new CancellationTokenSource();
        Task writing = client.WriteAsync(new byte[64 << 20], cancel.Token).AsTask();
        await LetItWait();
        Assert.False(writing.IsCompleted);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bounded(writing));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task PeerReset_IOExceptionsWithTheSocketsInside()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        Stream stream = Opened(Fixture.OpenStream(client, FileAccess.ReadWrite, false));
        Task<int> reading = stream.ReadAsync(new byte[1], Token).AsTask();
        await LetItWait();

        server.Close(0);

        Assert.Equal(
            SocketError.ConnectionReset, CodeIn(await Assert.ThrowsAsync<IOException>(() => Bounded(reading))));
        Assert.Equal(SocketError.Shutdown, CodeIn(Assert.Throws<IOException>(() => stream.Write(new byte[1]))));
        Assert.Equal(
            SocketError.Shutdown, CodeIn(await Assert.ThrowsAsync<IOException>(() =>
                Bounded(stream.WriteAsync(new byte[1], Token)))));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Close_Twice_ThenObjectDisposed()
    {
        (Stream client, _) = await StreamsAsync();
        IAsyncResult reading = client.BeginRead(new byte[1], 0, 1, null, null);
        client.Close();
        client.Close();

        Assert.False(client.CanRead || client.CanWrite);
        Assert.Throws<ObjectDisposedException>(() => client.Read(new byte[1]));
        Assert.Throws<ObjectDisposedException>(() => client.Write(new byte[1]));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Bounded(client.ReadAsync(new byte[1], Token)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Bounded(client.WriteAsync(new byte[1], Token)));
        Assert.Throws<ObjectDisposedException>(() => { _ = (bool)((dynamic)client).DataAvailable; });
        Assert.Throws<ArgumentNullException>(() => client.Read(null!, 0, 1));
        Assert.Throws<ObjectDisposedException>(() => client.EndRead(reading));
        client.Flush();
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Close_ReadWaits_ReadsTheEndOrIsAborted()
    {
        (Stream client, _) = await StreamsAsync();
        Task<int> reading = client.ReadAsync(new byte[1], Token).AsTask();
        await LetItWait();

        client.Close();

        // Which of the two depends on how far a Socket's engine is between its shutdown and its close.
        Exception? thrown = await Record.ExceptionAsync(async () => Assert.Equal(0, await Bounded(reading)));
        Assert.True(thrown is null || CodeIn(Assert.IsType<IOException>(thrown)) == SocketError.OperationAborted);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Close_OwnsSocketOrNot_ClosesItOrNot(bool owns)
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        Stream stream = Fixture.OpenStream(client, FileAccess.ReadWrite, owns);
        Assert.Same((object)client.Raw, (object)((dynamic)stream).Socket);

        ((dynamic)stream).Close(1000);

        Assert.Equal(!owns, client.Connected);
        if (owns)
            Assert.Equal(0, await ReceiveAsync(server, new byte[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => { ((dynamic)stream).Close(-2); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { ((dynamic)stream).Close(TimeSpan.FromMilliseconds(-2)); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { ((dynamic)stream).Close(TimeSpan.FromDays(60)); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { ((dynamic)stream).Close(TimeSpan.FromDays(-60)); });
        ((dynamic)stream).Close(TimeSpan.FromMilliseconds(-1));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Derived_EachForm_CallsNoOverrideThatNetworkStreamDoesNot()
    {
        (ISocket client, _) = await ConnectedAsync();
        List<string> calls = [];
        Stream stream = Opened(Fixture.OpenDerivedStream(client, calls));
        client.Shutdown(SocketShutdown.Receive);
        byte[] one = new byte[1];

        Assert.Equal(0, await OnThread(() => stream.Read(one, 0, 1)));
        Assert.Equal(0, await OnThread(() => stream.Read(one.AsSpan())));
        Assert.Equal(-1, await OnThread(stream.ReadByte));
        Assert.Equal(0, await Bounded(stream.ReadAsync(one, 0, 1, Token)));
        Assert.Equal(0, await Bounded(stream.ReadAsync(one.AsMemory(), Token)));
        Assert.Equal(0, await OnThread(() => stream.EndRead(stream.BeginRead(one, 0, 1, null, null))));
        Assert.Equal(
            ["Read array", "Read span", "Read array", "Read span", "Read array", "ReadAsync array", "ReadAsync memory"],
            calls);

        calls.Clear();
        stream.Write(one, 0, 1);
        stream.Write(one.AsSpan());
        stream.WriteByte(1);
        await Bounded(stream.WriteAsync(one, 0, 1, Token));
        await Bounded(stream.WriteAsync(one.AsMemory(), Token));
        await OnThread(() => stream.EndWrite(stream.BeginWrite(one, 0, 1, null, null)));
        Assert.Equal(
            [
                "Write array", "Write span", "Write array", "Write span", "Write array",
                "WriteAsync array", "WriteAsync memory",
            ],
            calls);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task SocketDisposed_IOExceptionWithObjectDisposedInside()
    {
        (ISocket client, _) = await ConnectedAsync();
        Stream stream = Fixture.OpenStream(client, FileAccess.ReadWrite, false);
        client.Dispose();

        Assert.IsType<ObjectDisposedException>(
            Assert.Throws<IOException>(() => stream.Read(new byte[1], 0, 1)).InnerException);
        Assert.IsType<ObjectDisposedException>(
            Assert.Throws<IOException>(() => stream.Write(new byte[1])).InnerException);
        Assert.IsType<ObjectDisposedException>(
            (await Assert.ThrowsAsync<IOException>(() =>
                Bounded(stream.ReadAsync(new byte[1], Token)))).InnerException);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Access_OneDirection_TheOtherInvalidOperation()
    {
        (ISocket client, _) = await ConnectedAsync();
        Stream reader = Fixture.OpenStream(client, FileAccess.Read, false);
        Stream writer = Fixture.OpenStream(client, FileAccess.Write, false);

        Assert.Equal((true, false), (reader.CanRead, reader.CanWrite));
        Assert.Equal((false, true), (writer.CanRead, writer.CanWrite));
        Assert.Throws<InvalidOperationException>(() => reader.Write(new byte[1]));
        Assert.Throws<InvalidOperationException>(() => writer.Read(new byte[1]));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Seeking_NotSupported()
    {
        (Stream client, _) = await StreamsAsync();

        Assert.True(client is { CanSeek: false, CanTimeout: true });
        Assert.Throws<NotSupportedException>(() => client.Length);
        Assert.Throws<NotSupportedException>(() => client.Position);
        Assert.Throws<NotSupportedException>(() => client.Position = 0);
        Assert.Throws<NotSupportedException>(() => client.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => client.SetLength(1));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Constructor_Unfit_IOException()
    {
        (ISocket client, _) = await ConnectedAsync();
        client.Blocking = false;

        Assert.Throws<IOException>(() => Fixture.OpenStream(client, FileAccess.ReadWrite, false));
        Assert.Throws<IOException>(() => Fixture.OpenStream(NewSocket(), FileAccess.ReadWrite, false));
        Assert.Throws<ArgumentNullException>(() => Fixture.OpenStream(null, FileAccess.ReadWrite, false));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task ReadAsync_SecondReaderWaits_BothServedInOrder()
    {
        (Stream client, Stream server) = await StreamsAsync();
        byte[] first = new byte[1], second = new byte[1];
        Task<int> one = Bounded(server.ReadAsync(first, Token)), two = Bounded(server.ReadAsync(second, Token));

        await Bounded(client.WriteAsync(new byte[] { 1, 2 }, Token));

        Assert.Equal((1, 1), (await one, await two));
        Assert.Equal((1, 2), (first[0], second[0]));
    }

    private async Task<(Stream Client, Stream Server)> StreamsAsync()
    {
        (ISocket client, ISocket server) = await ConnectedAsync();
        return (Open(client), Open(server));

        Stream Open(ISocket socket) => Opened(Fixture.OpenStream(socket, FileAccess.ReadWrite, true));
    }

    private static SocketError CodeIn(IOException exception) =>
        Assert.IsType<SocketException>(exception.InnerException).SocketErrorCode;
}
