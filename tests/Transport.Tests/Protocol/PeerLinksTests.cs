using System.Net;
using FastSockets.Transport.Protocol;
using FastSockets.Transport.Tests.Simulation;

namespace FastSockets.Transport.Tests.Protocol;

/// <summary>Which of the links to a peer a new connection goes to, and when there is to be another.</summary>
public sealed class PeerLinksTests : TwoEnds, IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly List<SimulatedHost> _others = [];
    private readonly PeerLinks _links;
    private TaskCompletionSource<Link?> _making = new();
    private int _asked;

    public PeerLinksTests() => _links = new PeerLinks(First, MakeAsync, pause: 200);

    public new void Dispose()
    {
        foreach (SimulatedHost other in _others)
            other.Dispose();

        base.Dispose();
    }

    private Link First => _near.Link;

    [Fact]
    public void First_ThatIsNotBusy_TakesAllThereIs()
    {
        for (int i = 0; i < 1000; i++)
        {
            Assert.Same(First, _links.Choose());
            Open();
            Accepted();
        }

        Assert.Equal(0, _asked);
    }

    [Fact]
    public async Task First_ThatIsBusy_ServesUntilAnotherIsThere_WhichIsAskedForOnce()
    {
        MakeBusy();
        for (int i = 0; i < 10; i++)
            Assert.Same(First, _links.Choose());

        Assert.Equal(1, _asked);
        Link another = NewLink();
        _making.SetResult(another);
        await ChosenAsync(another);
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task First_ThatIsBusyNoMore_IsChosenAgain()
    {
        Link another = await RelieveAsync();
        Settle();
        Tick(_near, 4);
        Assert.Same(First, _links.Choose());
        Assert.False(another.HasEnded);
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task Another_ThatIsNotBusy_IsChosenThoughItHasMoreConnections()
    {
        Link another = await RelieveAsync();
        for (int i = 0; i < 5; i++)
        {
            Assert.Same(another, _links.Choose());
            OpenOn(another);
        }

        Assert.Equal(1, First.ConnectionCount);
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task Links_ThatAreAllBusy_AreChosenByConnections_AndGetAnother()
    {
        Link another = await RelieveAsync();
        OpenOn(another);
        _ = OpenOn(another).SendAsync(new byte[40 * SlabSize]);
        Tick(_others[0], 2);
        Assert.True(another.IsBusy);
        Assert.Same(First, _links.Choose());
        Assert.Equal(2, _asked);

        Link third = NewLink();
        _making.SetResult(third);
        await ChosenAsync(third);
    }

    [Fact]
    public async Task Link_ThatHasEnded_IsChosenNoMore()
    {
        Link another = await RelieveAsync();
        End(First);
        Assert.Same(another, _links.Choose());
        End(another);
        Assert.Null(_links.Choose());
    }

    [Fact]
    public async Task Another_ThatCannotBeMade_IsNotAskedForAgainForAWhile()
    {
        MakeBusy();
        long start = Environment.TickCount64;
        Assert.Same(First, _links.Choose());
        _making.SetResult(null);
        while (Volatile.Read(ref _asked) == 1)
        {
            _making = new();
            Assert.Same(First, _links.Choose());
            await Task.Delay(1);
        }

        Assert.InRange(Environment.TickCount64 - start, 190, (long)s_limit.TotalMilliseconds);
        Assert.Equal(2, _asked);
    }

    private Task<Link?> MakeAsync(Link beside)
    {
        Assert.True(beside.IsBusy);
        Interlocked.Increment(ref _asked);
        return _making.Task;
    }

    /// <summary>The first link is busy, and has another beside it.</summary>
    private async Task<Link> RelieveAsync()
    {
        MakeBusy();
        _links.Choose();
        Link another = NewLink();
        _making.SetResult(another);
        await ChosenAsync(another);
        _making = new();
        return another;
    }

    private async Task ChosenAsync(Link expected)
    {
        // The task's continuation may run elsewhere.
        long deadline = Environment.TickCount64 + (long)s_limit.TotalMilliseconds;
        while (!ReferenceEquals(_links.Choose(), expected) && Environment.TickCount64 < deadline)
            await Task.Delay(1);

        Assert.Same(expected, _links.Choose());
    }

    private Link NewLink()
    {
        var host = new SimulatedHost(Settings, (uint)(3 + _others.Count), () => true, () => true);
        _others.Add(host);
        host.Link.Enter();
        host.Link.OnHello(new Hello(SlabSize, (ushort)Settings.Credits, 0, 1, default, 0));
        host.Link.Exit();
        return host.Link;
    }

    private void MakeBusy()
    {
        _ = Open().SendAsync(new byte[40 * SlabSize]);
        Tick(_near, 2);
        Assert.True(First.IsBusy);
    }

    private static Connection OpenOn(Link link)
    {
        link.Enter();
        Connection connection = link.Open(new IPEndPoint(IPAddress.Loopback, 80), 1000, null)!;
        connection.OnAccepted(new ConnectionId(0), 64 * SlabSize);
        link.Exit();
        return connection;
    }

    private static void End(Link link)
    {
        link.Enter();
        link.Fail("for the test");
        link.Exit();
    }

    private static void Tick(SimulatedHost host, int times)
    {
        for (int i = 0; i < times; i++)
            host.Tick(0);
    }
}
