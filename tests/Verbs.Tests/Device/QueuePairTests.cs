namespace RdmaSharp.Tests.Device;

public sealed class QueuePairTests(RdmaFixture rdma) : RdmaTestBase(rdma)
{
    [Fact]
    public void Modify_TransitionThatDoesNotExist_IsExplained()
    {
        using ProtectionDomain domain = Rdma.Context.AllocateProtectionDomain();
        using var endpoint = new Endpoint(domain);
        RdmaException thrown = Assert.Throws<RdmaException>(() => endpoint.Pair.ModifyToReadyToSend(0));
        Assert.Equal(
            "ibv_modify_qp: EINVAL (Invalid argument). An RC queue pair cannot go from Reset to ReadyToSend; " +
            "from Reset it can go to Reset, Init, Error",
            thrown.Message);
    }

    [Fact]
    public void Modify_MissingAttribute_IsNamed()
    {
        using ProtectionDomain domain = Rdma.Context.AllocateProtectionDomain();
        using var endpoint = new Endpoint(domain);
        RdmaException thrown = Assert.Throws<RdmaException>(() => endpoint.Pair.Modify(
            new() { State = QueuePairState.Init, Port = 1 },
            QueuePairAttributeMask.State | QueuePairAttributeMask.Port));
        Assert.EndsWith("The transition from Reset to Init lacks Access, PartitionKeyIndex", thrown.Message);
    }

    [Fact]
    public void Query_Connected_HasWhatWasSet()
    {
        using var pair = new LoopbackPair(Rdma, rnrRetry: 5);
        QueuePairAttributes attributes = pair.A.Pair.Query(
            QueuePairAttributeMask.State | QueuePairAttributeMask.DestinationQueuePair |
            QueuePairAttributeMask.RnrRetry | QueuePairAttributeMask.PathMtu |
            QueuePairAttributeMask.AckTimeout | QueuePairAttributeMask.Address);
        Assert.Equal(QueuePairState.ReadyToSend, attributes.State);
        Assert.Equal(pair.B.Pair.Number, attributes.DestinationQueuePair);
        Assert.Equal(5, attributes.RnrRetry);
        Assert.Equal(14, attributes.AckTimeout);
        Assert.Equal(PathMtu.Mtu1024, attributes.PathMtu);
        Assert.Equal(Rdma.Gid.Gid, attributes.Address.Route.Destination);
    }

    [Fact]
    public void Modify_RnrTimerWhileSending_IsAllowed()
    {
        using var pair = new LoopbackPair(Rdma);
        pair.A.Pair.Modify(new() { MinRnrTimer = 20 }, QueuePairAttributeMask.MinRnrTimer);
        Assert.Equal(20, pair.A.Pair.Query(QueuePairAttributeMask.MinRnrTimer).MinRnrTimer);
    }

    [Fact]
    public void ModifyToReset_CanBeUsedAgain()
    {
        using var pair = new LoopbackPair(Rdma);
        pair.A.Pair.ModifyToReset();
        Assert.Equal(QueuePairState.Reset, pair.A.Pair.Query(QueuePairAttributeMask.State).State);
        pair.A.Pair.ModifyToInit(RdmaFixture.Port, AccessFlags.None);
    }

    [Fact]
    public unsafe void PostSend_InReset_IsRefused()
    {
        using ProtectionDomain domain = Rdma.Context.AllocateProtectionDomain();
        using var endpoint = new Endpoint(domain);
        RdmaException thrown =
            Assert.Throws<RdmaException>(() => endpoint.Post(new() { Operation = SendOperation.Send }, 0, 1));
        Assert.Equal(("ibv_post_send", "EINVAL"), (thrown.Operation, thrown.ErrorName));
    }

    [Fact]
    public void Create_BeyondTheDevice_IsEINVAL()
    {
        using ProtectionDomain domain = Rdma.Context.AllocateProtectionDomain();
        using CompletionQueue queue = Rdma.Context.CreateCompletionQueue(16);
        RdmaException thrown = Assert.Throws<RdmaException>(() => domain.CreateQueuePair(new QueuePairOptions
        {
            SendCompletionQueue = queue,
            ReceiveCompletionQueue = queue,
            Capabilities = new() { MaxSendRequests = (uint)Rdma.Context.QueryDevice().MaxQueuePairRequests + 1 },
        }));
        Assert.Equal(("ibv_create_qp", "EINVAL"), (thrown.Operation, thrown.ErrorName));
    }
}
