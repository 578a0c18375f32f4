using System.Buffers.Binary;
using FastSockets.Transport;
using FastSockets.Transport.Protocol;
using RdmaSharp;

namespace FastSockets.Integration.Tests.Hostile;

/// <summary>Private data of every wrong shape: it is refused with a reason, and leaves nothing.</summary>
[Trait("Category", "Rdma")]
public sealed class PrivateDataTests(Victim victim) : IClassFixture<Victim>
{
    private const int RandomCases = 30;

    private static readonly Hello Good = HostilePeer.Greeting;

    private static readonly Dictionary<string, (byte[] Data, RefuseReason Reason)> Wrong = new()
    {
        ["none"] = ([], RefuseReason.NoListener),
        ["one byte"] = (HostilePeer.Bytes(Good)[..1], RefuseReason.NoListener),
        ["the magic alone"] = (HostilePeer.Bytes(Good)[..4], RefuseReason.Version),
        ["the prefix alone"] = (HostilePeer.Bytes(Good)[..8], RefuseReason.NoResources),
        ["another magic"] = (With(0, 0x47), RefuseReason.NoListener),
        ["as rsockets says it"] = (With(0, 1), RefuseReason.NoListener),
        ["no version"] = (With(4, 0), RefuseReason.Version),
        ["only older versions"] = ([.. Good.Prefix(newest: 0, oldest: 0)], RefuseReason.Version),
        ["only newer versions"] = ([.. Good.Prefix(newest: 9, oldest: 2)], RefuseReason.Version),
        ["versions upside down"] = ([.. Good.Prefix(newest: 1, oldest: 3)], RefuseReason.Version),
        ["no slab"] = (HostilePeer.Bytes(Good with { SlabSize = 0 }), RefuseReason.NoResources),
        ["too small a slab"] = (HostilePeer.Bytes(Good with { SlabSize = 1023 }), RefuseReason.NoResources),
        ["no credits"] = (HostilePeer.Bytes(Good with { Credits = 0 }), RefuseReason.NoResources),
        ["too few credits"] = (HostilePeer.Bytes(Good with { Credits = LinkCredits.MinGrant - 1 }), RefuseReason.NoResources),
        ["too many credits"] = (HostilePeer.Bytes(Good with { Credits = 1024 }), RefuseReason.NoResources),
        ["most credits"] = (HostilePeer.Bytes(Good with { Credits = ushort.MaxValue }), RefuseReason.NoResources),
        ["ones"] = ([.. Enumerable.Repeat((byte)0xFF, CmId.MaxConnectData)], RefuseReason.NoListener),
    };

    public static TheoryData<string> WrongNames() => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(WrongNames))]
    public async Task Request_Wrong_IsRefusedWithTheReason(string name)
    {
        (byte[] data, RefuseReason reason) = Wrong[name];
        await victim.SurviveAsync(() =>
        {
            using HostilePeer peer = HostilePeer.Connect(victim.EndPoint, data);
            Assert.Equal((CmEventType.Rejected, CmRejectReason.ConsumerDefined), (peer.Answer!.Type, peer.Answer.RejectReason));
            Assert.Equal(reason, Hello.ReadReject(peer.Answer.PrivateData));
            Assert.NotNull(victim.Log.Await(HostilePeer.Patience, $"A link from {peer.EndPoint} was refused: {reason}"));
        });
        victim.AssertNothingLeaked();
    }

    [Theory]
    [MemberData(nameof(WrongNames))]
    public async Task Reply_Wrong_FallsBackWithTheReason(string name)
    {
        (byte[] data, RefuseReason reason) = Wrong[name];
        await victim.SurviveAsync(() =>
        {
            using var listener = new HostileListener();
            Task<ConnectOutcome> connecting = Task.Run(() => victim.Network.Connect(listener.EndPoint, null));
            using HostilePeer peer = listener.Accept(data);
            ConnectOutcome outcome = connecting.WaitAsync(Pairs.Limit).GetAwaiter().GetResult();
            Assert.Null(outcome.Connection);
            Assert.Equal(FallbackReason.VersionMismatch, outcome.Reason);
            Assert.Contains(reason.ToString(), outcome.Detail, StringComparison.Ordinal);
            victim.AssertEnded(peer, "its hello cannot be used");
            peer.AwaitEnd();
        });
        victim.AssertNothingLeaked();
    }

    /// <summary>Extremes that the protocol allows make links that work.</summary>
    [Theory]
    [InlineData(HostileRole.Initiator)]
    [InlineData(HostileRole.Acceptor)]
    public async Task Hello_OfExtremes_Works(HostileRole role)
    {
        await victim.SurviveAsync(() =>
        {
            Hello extreme = Good with
            {
                SlabSize = uint.MaxValue, Credits = 16, SourcePort = 0, Process = 0, Connection = new(uint.MaxValue), Window = uint.MaxValue,
            };
            using Encounter at = victim.Meet(role, extreme);
            at.Peer.SendData([1, 2], at.Id.Index);
            Assert.Equal(2, at.Victim.Receive(new byte[10], 60_000));
            at.Victim.Send([3]);
            HostileMessage answer = at.Peer.AwaitData();
            Assert.Equal((uint)ConnectionId.MaxIndex, new Immediate(answer.Immediate!.Value).Index);
        });
        victim.AssertNothingLeaked();
    }

    /// <summary>Nothing reaches the listener until something is opened, and what is said of a connection before breaks the rules.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_OfALinkAlone_OpensNothing_AndTakesOpen(bool isHonest)
    {
        await victim.SurviveAsync(() =>
        {
            using HostilePeer peer = HostilePeer.Connect(victim.EndPoint, Good with { IsLinkAlone = true });
            Assert.Equal(CmEventType.Established, peer.Answer!.Type);
            Assert.True(peer.Hello.IsLinkAlone);
            if (isHonest)
            {
                peer.SendControl(new ControlEntry(
                    ControlKind.Open, new ConnectionId(7, 0), (ushort)victim.EndPoint.Port, (1000UL << 32) | 4243));
                peer.AwaitControl(ControlKind.Accepted);
                Assert.True(victim.Queue.TryTake(out object? accepted));
                using var connection = (Connection)accepted!;
                Assert.Equal(4243, connection.RemoteEndPoint.Port);
            }
            else
            {
                peer.SendData([1], 0);
                peer.AwaitEnd();
            }

            Assert.False(victim.Queue.TryTake(out _));
        });
        victim.AssertNothingLeaked();
    }

    /// <summary>Whatever comes, it is answered, and what it made goes with its maker.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Request_Random_IsAnswered(int seed)
    {
        var random = new Random(seed);
        await victim.SurviveAsync(() =>
        {
            for (int i = 0; i < RandomCases; i++)
            {
                byte[] data = HostilePeer.Bytes(Good);
                Array.Resize(ref data, CmId.MaxConnectData);

                // Mostly behind a good prefix: what is wrong in front hides what is behind.
                random.NextBytes(data.AsSpan(random.Next(4) == 0 ? 0 : 8));
                BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(12), (ushort)random.Next(0, 2048));
                using HostilePeer peer = HostilePeer.Connect(victim.EndPoint, data);
                Assert.True(
                    peer.Answer!.Type == CmEventType.Established || Hello.ReadReject(peer.Answer.PrivateData) != RefuseReason.None,
                    $"{peer.Answer}");
                while (victim.Queue.TryTake(out object? accepted))
                    ((Connection)accepted!).Abort();
            }
        });
        victim.AssertNothingLeaked();
    }

    private static byte[] With(int index, byte value)
    {
        byte[] data = HostilePeer.Bytes(Good);
        data[index] = value;
        return data;
    }
}

file static class Prefixes
{
    public static byte[] Prefix(this Hello hello, byte newest, byte oldest)
    {
        byte[] data = HostilePeer.Bytes(hello);
        (data[4], data[5]) = (newest, oldest);
        return data;
    }
}
