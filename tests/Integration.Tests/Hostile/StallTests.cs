using FastSockets.Transport;
using FastSockets.Transport.Protocol;

namespace FastSockets.Integration.Tests.Hostile;

/// <summary>Peers that owe something and never give it: an answer, a receive, an end.</summary>
[Trait("Category", "Rdma")]
public sealed class StallTests(Victim victim) : IClassFixture<Victim>
{
    [Fact]
    public async Task Peer_ThatPostsNoReceives_IsGivenUp()
    {
        await victim.SurviveAsync(() =>
        {
            using HostilePeer peer = HostilePeer.Connect(victim.EndPoint, HostilePeer.Greeting with { Credits = 1000 }, receives: 0);
            using var connection = (Connection)victim.Queue.Take(60_000)!;
            _ = connection.SendAsync(new byte[50_000]);
            victim.AssertEnded(peer, "it does not take what it granted credits for");
        });
        victim.AssertNothingLeaked();
    }

    [Theory]
    [InlineData(HostileRole.Initiator)]
    [InlineData(HostileRole.Acceptor)]
    public async Task Peer_ThatTalksButDoesNotAnswerAReset_IsGivenUp(HostileRole role)
    {
        await victim.SurviveAsync(() =>
        {
            using Encounter at = victim.Meet(role);
            using Connection other = OpenAnother(at);
            at.Victim.Dispose();
            Assert.Equal(ControlKind.Fin, at.Peer.AwaitControl(ControlKind.Fin).Kind);
            at.Peer.AwaitControl(ControlKind.Reset);
            for (int i = 0; i < 200 && !at.Link.HasEnded; i++)
            {
                // The victim gives back what it has no use for, and needs some to announce its own.
                at.Peer.Granted++;
                at.Peer.SendControl();
                Thread.Sleep(100);
            }

            victim.AssertEnded(at.Peer, "it does not answer an OPEN or a RESET");
        });
        victim.AssertNothingLeaked();
    }

    [Theory]
    [InlineData(HostileRole.Initiator)]
    [InlineData(HostileRole.Acceptor)]
    public async Task Peer_ThatNeverEnds_LosesALinkThatServesNobody(HostileRole role)
    {
        await victim.SurviveAsync(() =>
        {
            using Encounter at = victim.Meet(role);
            at.Victim.Dispose();
            victim.AssertEnded(at.Peer, "it does not answer an OPEN or a RESET");
        });
        victim.AssertNothingLeaked();
    }

    /// <summary>A process that is stopped looks just so, and its connections must survive that.</summary>
    [Fact]
    public async Task Peer_ThatSaysNothingAtAll_KeepsItsOtherConnections()
    {
        await victim.SurviveAsync(() =>
        {
            using Encounter at = victim.Meet(HostileRole.Initiator);
            using Connection other = OpenAnother(at);
            at.Victim.Dispose();
            at.Peer.AwaitControl(ControlKind.Reset);
            Thread.Sleep(5000);
            Assert.True(other.IsAlive);
            Assert.False(at.Link.HasEnded);
        });
        victim.AssertNothingLeaked();
    }

    [Fact]
    public async Task Peer_ThatSpeaksOnAConnectionItHasNotAccepted_IsGivenUp()
    {
        await victim.SurviveAsync(() =>
        {
            using var listener = new HostileListener();
            Task<ConnectOutcome> first = Task.Run(() => victim.Network.Connect(listener.EndPoint, null));
            using HostilePeer peer = listener.Accept(HostilePeer.Bytes(HostilePeer.Greeting));
            using Connection connection = first.WaitAsync(Pairs.Limit).GetAwaiter().GetResult().Connection!;
            Task<ConnectOutcome> second = Task.Run(() => victim.Network.Connect(listener.EndPoint, null));
            ConnectionId opening = peer.AwaitControl(ControlKind.Open).Target;
            peer.SendData([1, 2, 3], opening.Index);
            victim.AssertEnded(peer, "it speaks on a connection that it has not accepted");

            // What asked for that connection tries once more, on a link of its own.
            using HostilePeer another = listener.Accept(HostilePeer.Bytes(HostilePeer.Greeting));
            using Connection connected = second.WaitAsync(Pairs.Limit).GetAwaiter().GetResult().Connection!;
            Assert.True(connected.IsAlive);
        });
        victim.AssertNothingLeaked();
    }

    /// <summary>
    /// Any process may say that it is another: it still gets only what is meant for its own port.
    /// </summary>
    [Fact]
    public async Task Peer_ThatClaimsToBeAnotherProcess_TakesNothingMeantForThat()
    {
        await victim.SurviveAsync(() =>
        {
            ulong honest;
            using (HostilePeer asking = HostilePeer.Connect(victim.HonestEndPoint, HostilePeer.Greeting))
                honest = asking.Hello.Process;

            using RdmaNetwork client = RdmaNetwork.TryOpen(victim.Options, victim.Log, out _)!;
            using var listener = new HostileListener();
            Task<ConnectOutcome> toImpostor = Task.Run(() => client.Connect(listener.EndPoint, null));
            using HostilePeer impostor = listener.Accept(HostilePeer.Bytes(HostilePeer.Greeting with { Process = honest }));
            using Connection there = toImpostor.WaitAsync(Pairs.Limit).GetAwaiter().GetResult().Connection!;
            for (int i = 0; i < 3; i++)
            {
                ConnectOutcome outcome = client.Connect(victim.HonestEndPoint, null);
                using Connection connection = outcome.Connection!;
                connection.Send([1, 2, 3]);
                using var accepted = AcceptFrom(connection);
                byte[] received = new byte[10];
                Assert.Equal(3, accepted.Receive(received, 60_000));
            }
        });
        victim.AssertNothingLeaked();
    }

    private Connection AcceptFrom(Connection client)
    {
        while (true)
        {
            var accepted = (Connection)victim.HonestQueue.Take(60_000)!;
            if (accepted.RemoteEndPoint.Equals(client.LocalEndPoint))
                return accepted;

            accepted.Abort();
        }
    }

    /// <summary>A second connection on the link, for as long as it lives.</summary>
    private Connection OpenAnother(Encounter at)
    {
        at.Peer.SendControl(new ControlEntry(
            ControlKind.Open, new ConnectionId(1001, 0), (ushort)victim.EndPoint.Port, 1000UL << 32));
        at.Peer.AwaitControl(ControlKind.Accepted);
        return (Connection)victim.Queue.Take(60_000)!;
    }
}
