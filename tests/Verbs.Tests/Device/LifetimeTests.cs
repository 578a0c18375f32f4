using System.Runtime.CompilerServices;

namespace RdmaSharp.Tests.Device;

public sealed class LifetimeTests(RdmaFixture rdma) : RdmaTestBase(rdma)
{
    [Fact]
    public void Dispose_ParentsFirst_LeaksNothing()
    {
        ResourceCount before = Before();
        RdmaContext context = RdmaDevice.GetDevices().First(device => device.Name == Rdma.Context.Device.Name).Open();
        ProtectionDomain domain = context.AllocateProtectionDomain();
        SharedReceiveQueue srq = domain.CreateSharedReceiveQueue(8);
        MemoryWindow window = domain.AllocateWindow();
        var endpoint = new Endpoint(domain, srq);

        context.Dispose();
        domain.Dispose();
        srq.Dispose();
        endpoint.Channel.Dispose();
        endpoint.Queue.Dispose();
        ResourceCount now = ResourceCount.Read(Rdma);
        Assert.Equal(before.QueuePairs + 1, now.QueuePairs);
        Assert.Equal(before.CompletionQueues + 1, now.CompletionQueues);
        Assert.Equal(before.Srqs + 1, now.Srqs);
        Assert.Equal(before.Domains + 1, now.Domains);
        Assert.Throws<ObjectDisposedException>(() => domain.Allocate(1, AccessFlags.None));
        Assert.Throws<ObjectDisposedException>(() => context.QueryDevice());

        endpoint.Buffer.Dispose();
        window.Dispose();
        endpoint.Pair.Dispose();
        Assert.Equal(before, ResourceCount.Read(Rdma));
    }

    [Fact]
    public void Dispose_ConnectionManagerParentsFirst_LeaksNothing()
    {
        ResourceCount before = Before();
        var pair = new ConnectedPair(Rdma.Address);
        pair.Channel.Dispose();
        pair.Listener.Dispose();
        pair.Server.Dispose();
        pair.Client.Dispose();
        pair.ServerSide.Dispose();
        pair.ClientSide.Dispose();
        Assert.Equal(before, Settle());
    }

    [Fact]
    public void Dispose_Twice_IsHarmless()
    {
        using ProtectionDomain domain = Rdma.Context.AllocateProtectionDomain();
        var endpoint = new Endpoint(domain);
        endpoint.Dispose();
        endpoint.Dispose();
        domain.Dispose();
        Assert.Throws<ObjectDisposedException>(() => endpoint.Post(new() { Operation = SendOperation.Send }));
    }

    [Fact]
    public void Finalization_OfAbandonedObjects_LeaksNothing()
    {
        ResourceCount before = Before();
        Abandon();
        Assert.Equal(before, Settle());
    }

    [Fact]
    public void Connections_ManyTimes_LeakNothing()
    {
        ResourceCount before = Before();
        int descriptors = OpenDescriptors.Count();
        for (int i = 0; i < 10; i++)
        {
            using var pair = new ConnectedPair(Rdma.Address);
            pair.Client.Disconnect();
        }
        Assert.Equal(before, Settle());
        Assert.Equal(descriptors, OpenDescriptors.Count());
    }

    /// <summary>librdmacm has a protection domain of its own for each device, from the first connection on, whichever test comes first.</summary>
    private ResourceCount Before()
    {
        using (new ConnectedPair(Rdma.Address))
        {
        }
        return Settle();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Abandon()
    {
        _ = new LoopbackPair(Rdma, withSharedReceives: true);
        _ = new ConnectedPair(Rdma.Address);
    }

    /// <summary>
    /// The counts once everything unreachable is finalized and the kernel has let go of what was destroyed.
    /// </summary>
    private ResourceCount Settle()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        ResourceCount count = ResourceCount.Read(Rdma);
        for (int stable = 0; stable < 3; stable++)
        {
            Thread.Sleep(50);
            ResourceCount next = ResourceCount.Read(Rdma);
            if (next != count)
                (count, stable) = (next, -1);
        }
        return count;
    }
}
