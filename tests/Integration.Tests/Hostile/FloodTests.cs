using System.Net;
using FastSockets.Transport;
using FastSockets.Transport.Protocol;
using RdmaSharp;

namespace FastSockets.Integration.Tests.Hostile;

/// <summary>Peers that ask for too much, or take what is given and stay away: what they hold is bounded, and comes back.</summary>
[Trait("Category", "Rdma")]
public sealed class FloodTests(Victim victim) : IClassFixture<Victim>
{
    [Theory]
    [InlineData(HostileRole.Initiator)]
    [InlineData(HostileRole.Acceptor)]
    public async Task Open_BeyondTheBacklog_IsRefused_AndTheLinkLives(HostileRole role)
    {
        await victim.SurviveAsync(() =>
        {
            using Encounter at = victim.Meet(role);
            ControlEntry[] opens = [.. Enumerable.Range(0, 9).Select(i => new ControlEntry(
                ControlKind.Open, new ConnectionId((uint)(1000 + i)), (ushort)victim.EndPoint.Port, 1000UL << 32))];
            at.Peer.SendControl(opens);
            Assert.Equal((ushort)RefuseReason.BacklogFull, at.Peer.AwaitControl(ControlKind.Refused).Small);

            // What was taken serves an application that comes for it, and an honest peer finds room again.
            var taken = (Connection)victim.Queue.Take(60_000)!;
            while (victim.Queue.TryTake(out object? more))
                ((Connection)more!).Abort();

            taken.Abort();
            using Connection honest = victim.Network.Connect(victim.EndPoint, null).Connection!;
            ((Connection)victim.Queue.Take(60_000)!).Abort();
            Assert.False(at.Link.HasEnded);
        });
        victim.AssertNothingLeaked();
    }

    /// <summary>A listener is asked for a link, accepts, and never hears more: that it costs nothing for long.</summary>
    [Fact]
    public async Task Hello_ThenSilence_IsGivenUp()
    {
        await victim.SurviveAsync(() =>
        {
            using HostilePeer peer = HostilePeer.Ask(victim.EndPoint, HostilePeer.Bytes(HostilePeer.Greeting));
            Assert.NotNull(victim.Log.Await(HostilePeer.Patience, $"Link with {peer.EndPoint} is up"));

            // Meanwhile others are served at once.
            for (int i = 0; i < 5; i++)
            {
                using Encounter other = victim.Meet(HostileRole.Initiator);
                other.Peer.SendData([1], other.Id.Index);
                Assert.Equal(1, other.Victim.Receive(new byte[1], 60_000));
                while (victim.Queue.TryTake(out object? left))
                    ((Connection)left!).Abort();
            }

            victim.AssertEnded(peer, "");
        });
        victim.AssertNothingLeaked();
    }

    [Fact]
    public async Task Connect_ToAListenerThatNeverAnswers_DelaysNoOther()
    {
        using var silent = new HostileListener();
        Task<ConnectOutcome> stuck = Task.Run(() => victim.Network.Connect(silent.EndPoint, null));
        using CmId request = silent.AwaitRequest().Id;

        // On links that there are, and on one that is made: at once, for what is stuck ends by itself some time.
        Task during = victim.TransferAsync();
        using (Connection honest = victim.Network.Connect(victim.HonestEndPoint, null).Connection!)
        using (Encounter at = victim.Meet(HostileRole.Acceptor))
        {
            Assert.False(stuck.IsCompleted);
            Assert.True(honest.IsAlive);
        }

        await during;
        await victim.TransferAsync();
        ConnectOutcome outcome = await stuck.WaitAsync(Pairs.Limit);
        Assert.Equal(FallbackReason.TimedOut, outcome.Reason);
        victim.AssertNothingLeaked();
    }

    /// <summary>One address gets no more than leaves some to others.</summary>
    [Fact]
    public async Task Links_OfOneAddress_AreBounded()
    {
        using var small = new Victim(sendQueueDepth: 1000);
        var peers = new List<HostilePeer>();
        try
        {
            await small.SurviveAsync(() =>
            {
                var refused = RefuseReason.None;
                while (refused == RefuseReason.None)
                {
                    peers.Add(HostilePeer.Connect(small.EndPoint, HostilePeer.Greeting with { Credits = 16 }));
                    CmEvent answer = peers[^1].Answer!;
                    if (answer.Type == CmEventType.Rejected)
                        refused = Hello.ReadReject(answer.PrivateData);

                    while (small.Queue.TryTake(out object? accepted))
                        ((Connection)accepted!).Dispose();
                }

                Assert.Equal(RefuseReason.NoResources, refused);
                Assert.InRange(peers.Count, 20, 30);

                // There is room for others yet.
                using Encounter other = small.Meet(HostileRole.Acceptor);
                Assert.True(other.Victim.IsAlive);
            });
        }
        finally
        {
            foreach (HostilePeer peer in peers)
                peer.Dispose();
        }

        small.AssertNothingLeaked();
    }
}
