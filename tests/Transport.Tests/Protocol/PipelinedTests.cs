using System.Net.Sockets;
using FastSockets.Transport.Protocol;

namespace FastSockets.Transport.Tests.Protocol;

/// <summary>Sends whose caller goes on: their ends wake nobody who does not wait for room, and give each memory back once.</summary>
public class PipelinedTests : TwoEnds
{
    private const int Most = 4;

    [Fact]
    public void Ends_WakeNobody()
    {
        Connection sender = Open();
        var send = new Follower();
        Assert.True(sender.SendPipelined(Block(), send));
        Assert.Equal(0, _near.Backlog);
        Assert.Equal(0, _near.AsyncWaits);
        Settle();
        Assert.Equal([SocketError.Success], send.Ends);
        Assert.False(_near.HasContinuations);
    }

    [Fact]
    public void WaitForRoom_IsWokenByCompletions_OnceForSeveral()
    {
        Connection sender = Open();
        Fill(sender);
        Assert.Equal(0, _near.Backlog);
        ValueTask<int> room = sender.WaitForRoomAsync(default);
        Assert.Equal(1, _near.Backlog);
        Assert.Equal(1, _near.AsyncWaits);
        Settle(messages: 1);
        Assert.False(room.IsCompleted);
        Settle(messages: 1);
        Assert.True(room.IsCompletedSuccessfully);
        // The rest ends unnoticed again.
        Assert.Equal(0, _near.Backlog);
        Assert.Equal(0, _near.AsyncWaits);
        Assert.True(sender.HasRoom);
    }

    [Fact]
    public void WaitForRoom_Cancelled_EndsAlone()
    {
        Connection sender = Open();
        Follower[] sends = Fill(sender);
        using var cancellation = new CancellationTokenSource();
        ValueTask<int> room = sender.WaitForRoomAsync(cancellation.Token);
        cancellation.Cancel();
        Settle(messages: 0);
        Assert.True(room.IsCanceled);
        Assert.Equal(0, _near.Backlog);
        Assert.All(sends, send => Assert.Empty(send.Ends));
        Settle();
        Assert.All(sends, send => Assert.Equal([SocketError.Success], send.Ends));
    }

    [Fact]
    public void LinkFails_WaitEndsAtOnce_MemoryOnlyWhenTheDeviceHasDone()
    {
        Connection sender = Open();
        Follower[] sends = Fill(sender);
        ValueTask<int> room = sender.WaitForRoomAsync(default);
        _near.Link.Enter();
        _near.Link.Fail("the test broke it");
        _near.Link.Exit();
        _near.RunContinuation();
        Assert.True(room.IsFaulted);
        // Posted, and the queue pair still has them: the device may be reading.
        Assert.All(sends, send => Assert.Empty(send.Ends));
        _near.Link.OnQueuePairGone();
        Assert.All(sends, send => Assert.Equal([SocketError.ConnectionReset], send.Ends));
    }

    [Fact]
    public void Reset_EndsWhatWasNotPosted_AndLeavesWhatWas()
    {
        Connection sender = Open(), receiver = Accepted();
        // More than the window: the last ones wait.
        Follower[] sends = Fill(sender, 30 * SlabSize);
        sender.Abort();
        Follower[] ended = [.. sends.Where(send => send.Ends.Count > 0)];
        Assert.NotEmpty(ended);
        Assert.NotEqual(sends.Length, ended.Length);
        Assert.All(ended, send => Assert.Equal([SocketError.OperationAborted], send.Ends));
        Settle();
        Assert.All(sends, send => Assert.Single(send.Ends));
        Assert.False(receiver.IsAlive);
    }

    private Memory<byte> Block(int length = SlabSize) => _near.Buffers.Rent(length, fromPool: true);

    private Follower[] Fill(Connection sender, int length = SlabSize)
    {
        var sends = new Follower[Most];
        for (int i = 0; i < Most; i++)
        {
            Assert.True(sender.HasRoom);
            Assert.True(sender.SendPipelined(Block(length), sends[i] = new Follower()));
        }

        Assert.False(sender.HasRoom);
        return sends;
    }

    private sealed class Follower : IPipelinedSend
    {
        public List<SocketError> Ends { get; } = [];

        public void OnSent(SocketError error) => Ends.Add(error);
    }
}
