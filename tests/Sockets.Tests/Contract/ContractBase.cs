using System.Net;
using System.Net.Sockets;

namespace FastSockets.Sockets.Tests.Contract;

/// <summary>Sockets that are closed when the test ends, and bounded waits: nothing here may hang a run.</summary>
public abstract class ContractBase<TFixture> : IDisposable
    where TFixture : SocketFixture, new()
{
    /// <summary>Far more than anything takes, even in an emulated machine.</summary>
    protected const int LimitMilliseconds = 300_000;

    private readonly List<IDisposable> _opened = [];

    protected TFixture Fixture { get; } = new();

    protected static TimeSpan Limit => TimeSpan.FromMilliseconds(LimitMilliseconds);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        lock (_opened)
        {
            foreach (IDisposable socket in _opened)
                socket.Dispose();
        }
        GC.SuppressFinalize(this);
    }

    protected T Opened<T>(T socket)
        where T : IDisposable
    {
        lock (_opened)
            _opened.Add(socket);
        return socket;
    }

    protected ISocket NewSocket() => Opened(Fixture.Create(Fixture.Address.AddressFamily));

    protected ISocket NewListener(int backlog = 64)
    {
        ISocket listener = NewSocket();
        listener.Bind(new IPEndPoint(Fixture.Address, 0));
        listener.Listen(backlog);
        return listener;
    }

    protected static IPEndPoint EndPointOf(ISocket listener) => (IPEndPoint)listener.LocalEndPoint!;

    protected async Task<(ISocket Client, ISocket Server)> ConnectedAsync()
    {
        using ISocket listener = NewListener();
        ISocket client = NewSocket();
        await Bounded(client.ConnectAsync(EndPointOf(listener), Token));
        ISocket server = Opened(await Bounded(listener.AcceptAsync(Token)));
        return (client, server);
    }

    /// <summary>A blocking call on a thread of its own.</summary>
    protected static Task<T> OnThread<T>(Func<T> call) => Bounded(
        Task.Factory.StartNew(call, Token, TaskCreationOptions.LongRunning, TaskScheduler.Default));

    /// <inheritdoc cref="OnThread{T}(Func{T})"/>
    protected static Task OnThread(Action call) => OnThread(() =>
    {
        call();
        return 0;
    });

    protected static Task<T> Bounded<T>(Task<T> task) => task.WaitAsync(Limit, Token);

    protected static Task Bounded(Task task) => task.WaitAsync(Limit, Token);

    protected static Task<T> Bounded<T>(ValueTask<T> task) => Bounded(task.AsTask());

    protected static Task Bounded(ValueTask task) => Bounded(task.AsTask());

    protected static SocketError ErrorOf(Action call) => Assert.Throws<SocketException>(call).SocketErrorCode;

    protected static async Task<SocketError> ErrorOf(Func<Task> call) =>
        (await Assert.ThrowsAsync<SocketException>(call)).SocketErrorCode;

    /// <summary>A blocking call on a thread of its own that has begun, and had time to wait.</summary>
    protected static async Task<Task<T>> Waiting<T>(Func<T> call)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<T> calling = OnThread(() =>
        {
            begun.SetResult();
            return call();
        });
        await Bounded(begun.Task);
        await LetItWait();
        return calling;
    }

    /// <summary>Gives a call that has begun time to wait, or to end if it wrongly does not.</summary>
    protected static Task LetItWait() => Task.Delay(200, Token);

    protected static async Task<byte[]> ReceiveExactly(ISocket socket, int count)
    {
        byte[] buffer = new byte[count];
        int received = 0;
        while (received < count)
        {
            int more = await Bounded(socket.ReceiveAsync(buffer.AsMemory(received), SocketFlags.None, Token));
            Assert.True(more > 0, $"the stream ended after {received} of {count} bytes");
            received += more;
        }
        return buffer;
    }

    protected static Task<int> ReceiveAsync(ISocket socket, byte[] buffer) =>
        Bounded(socket.ReceiveAsync(buffer, SocketFlags.None, Token));

    /// <summary>Until so many bytes have arrived.</summary>
    protected static async Task WaitForAvailable(ISocket socket, int count)
    {
        while (socket.Available < count)
            await Task.Delay(5, Token);
    }

    protected static byte[] Bytes(int count, int seed = 1)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A plain listener whose backlog is full: the kernel drops what comes, so connecting waits.</summary>
    protected async Task<EndPoint> SilentListenerAsync()
    {
        Socket listener = Opened(new Socket(Fixture.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(Fixture.Address, 0));
        listener.Listen(0);
        for (int i = 0; i < 20; i++)
        {
            Socket filler = Opened(new Socket(Fixture.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
            Task connecting = filler.ConnectAsync(listener.LocalEndPoint!, Token).AsTask();
            await Task.WhenAny(connecting, Task.Delay(300, Token));
            // By the kernel's word: of what has connected, the task's end may be late.
            if (!filler.Poll(0, SelectMode.SelectWrite))
                return listener.LocalEndPoint!;
            await connecting;
        }
        throw new InvalidOperationException("the backlog never filled");
    }
}
