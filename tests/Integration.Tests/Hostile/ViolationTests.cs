using System.Net.Sockets;
using FastSockets.Transport.Protocol;

namespace FastSockets.Integration.Tests.Hostile;

/// <summary>A violation costs the peer its link, with a reason that says which, and nobody else anything.</summary>
[Trait("Category", "Rdma")]
public sealed class ViolationTests(Victim victim) : IClassFixture<Victim>
{
    public static TheoryData<string, HostileRole> Cases()
    {
        var cases = new TheoryData<string, HostileRole>();
        foreach (string attack in Attacks.All.Keys)
        {
            cases.Add(attack, HostileRole.Initiator);
            cases.Add(attack, HostileRole.Acceptor);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Violation_EndsItsLink_AndNobodyElses(string name, HostileRole role)
    {
        (string reason, Action<Encounter> run) = Attacks.All[name];
        await victim.SurviveAsync(() =>
        {
            using Encounter at = victim.Meet(role);
            ValueTask<int> receiving = at.Victim.ReceiveAsync(new byte[1]);
            run(at);
            victim.AssertEnded(at.Peer, reason);
            at.Peer.AwaitEnd();
            AssertEnds(receiving);
        });
        victim.AssertNothingLeaked();
    }

    [Fact]
    public async Task Logger_ThatSendsByTheLinkThatHasEnded_IsTold_AndHangsNobody()
    {
        (string reason, Action<Encounter> run) = Attacks.All.First().Value;
        await victim.SurviveAsync(() =>
        {
            using Encounter at = victim.Meet(HostileRole.Initiator);
            string ended = $"Link with {at.Peer.EndPoint} has ended";
            Exception? told = null;
            victim.Log.Also = line =>
            {
                if (line.Contains(ended, StringComparison.Ordinal))
                    told = Record.Exception(() => at.Victim.Send([1]));
            };
            try
            {
                run(at);
                victim.AssertEnded(at.Peer, reason);
            }
            finally
            {
                victim.Log.Also = null;
            }

            Assert.IsType<SocketException>(told);
        });
        victim.AssertNothingLeaked();
    }

    [Theory]
    [InlineData(HostileRole.Initiator)]
    [InlineData(HostileRole.Acceptor)]
    public async Task News_OfConnectionsThatAreNot_AreLateAndNotWrong(HostileRole role)
    {
        await victim.SurviveAsync(() =>
        {
            using Encounter at = victim.Meet(role);
            var other = new ConnectionId(at.Id.Index, at.Id.Generation + 1);
            foreach (ConnectionId id in (ConnectionId[])[other, new(500, 0), new(uint.MaxValue)])
            {
                at.Peer.SendControl(
                    new ControlEntry(ControlKind.Accepted, id), new ControlEntry(ControlKind.Refused, id),
                    new ControlEntry(ControlKind.Window, id, 0, ulong.MaxValue), new ControlEntry(ControlKind.Fin, id, 0, 5),
                    new ControlEntry(ControlKind.Reset, id));
            }

            at.Peer.SendData([1, 2, 3], at.Id.Index);
            byte[] received = new byte[10];
            Assert.Equal(3, at.Victim.Receive(received, 60_000));
            at.Victim.Send([4]);
            Assert.Equal([4], at.Peer.AwaitData().Bytes);
        });
        victim.AssertNothingLeaked();
    }

    /// <summary>What had arrived first may still be read; then, or at once, the stream ends badly or has ended well.</summary>
    private static void AssertEnds(ValueTask<int> receiving)
    {
        try
        {
            int count = receiving.AsTask().WaitAsync(HostilePeer.Patience).GetAwaiter().GetResult();
            Assert.InRange(count, 0, 1);
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        }
    }
}
