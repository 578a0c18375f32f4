using System.Buffers;
using FastSockets.Transport.Protocol;
using RdmaSharp;

namespace FastSockets.Integration.Tests.Hostile;

/// <summary>What a peer can do with memory that was lent to it: write into it while it is, and no more.</summary>
[Trait("Category", "Rdma")]
public sealed class AdvertTests(Victim victim) : IClassFixture<Victim>, IDisposable
{
    private const int Lent = 256 * 1024;
    private const int Around = 8192;
    private const byte Untouched = 0x5A;

    private readonly FastMemoryPool _pool = new();

    public void Dispose() => _pool.Dispose();

    public static MatrixTheoryData<string, HostileRole> Cases() => new(
        ["before", "across the start", "across the end", "after", "another key", "read", "atomic"],
        [HostileRole.Initiator, HostileRole.Acceptor]);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Access_OutsideAnAdvert_FailsAndChangesNothing(string where, HostileRole role)
    {
        using IMemoryOwner<byte> owner = _pool.Rent(Lent + 2 * Around);
        Memory<byte> memory = owner.Memory;
        memory.Span.Fill(Untouched);
        await victim.SurviveAsync(() =>
        {
            using Encounter at = victim.Meet(role);
            ValueTask<int> receiving = at.Victim.ReceiveAsync(memory.Slice(Around, Lent));
            LentMemory lent = at.Peer.AwaitControl(ControlKind.Advert).Memory;
            Assert.Equal((uint)Lent, lent.Length);
            SendWorkRequest request = Request(where, lent);
            at.Peer.Post(new byte[where == "atomic" ? 8 : 64], request);
            Assert.NotEqual(WorkCompletionStatus.Success, at.Peer.AwaitSend());
            victim.AssertEnded(at.Peer, "failed with status");
            Assert.Throws<System.Net.Sockets.SocketException>(
                () => receiving.AsTask().WaitAsync(HostilePeer.Patience).GetAwaiter().GetResult());
            Assert.Equal(-1, memory.Span.IndexOfAnyExcept(Untouched));
        });
        victim.AssertNothingLeaked();
    }

    [Theory]
    [InlineData(HostileRole.Initiator)]
    [InlineData(HostileRole.Acceptor)]
    public async Task Write_AfterTheReceiveHasCompleted_Fails(HostileRole role)
    {
        using IMemoryOwner<byte> owner = _pool.Rent(Lent);
        Memory<byte> memory = owner.Memory[..Lent];
        await victim.SurviveAsync(() =>
        {
            using Encounter at = victim.Meet(role);
            ValueTask<int> receiving = at.Victim.ReceiveAsync(memory);
            LentMemory lent = at.Peer.AwaitControl(ControlKind.Advert).Memory;
            at.Peer.Post([1, 2, 3], Delivery(at, lent, chunks: 0));
            Assert.Equal(WorkCompletionStatus.Success, at.Peer.AwaitSend());
            Assert.Equal(3, receiving.AsTask().WaitAsync(HostilePeer.Patience).GetAwaiter().GetResult());
            Assert.Equal([1, 2, 3], memory.Span[..3].ToArray());

            memory.Span.Fill(Untouched);
            at.Peer.Post(new byte[64], Request("", lent));
            Assert.NotEqual(WorkCompletionStatus.Success, at.Peer.AwaitSend());
            Assert.Equal(-1, memory.Span.IndexOfAnyExcept(Untouched));
            victim.AssertEnded(at.Peer, "failed with status");
        });
        victim.AssertNothingLeaked();
    }

    [Theory]
    [InlineData(HostileRole.Initiator)]
    [InlineData(HostileRole.Acceptor)]
    public async Task Delivery_OfMoreThanWasLent_EndsTheLink(HostileRole role)
    {
        using IMemoryOwner<byte> owner = _pool.Rent(Lent);
        await victim.SurviveAsync(() =>
        {
            using Encounter at = victim.Meet(role);
            ValueTask<int> receiving = at.Victim.ReceiveAsync(owner.Memory[..Lent]);
            LentMemory lent = at.Peer.AwaitControl(ControlKind.Advert).Memory;
            at.Peer.Post([1], Delivery(at, lent, chunks: 2047));
            victim.AssertEnded(at.Peer, "its delivery does not fit the advert");
            Assert.Throws<System.Net.Sockets.SocketException>(
                () => receiving.AsTask().WaitAsync(HostilePeer.Patience).GetAwaiter().GetResult());
        });
        victim.AssertNothingLeaked();
    }

    /// <summary>Nobody asked for them, or nothing is there: no harm, and the connection works on.</summary>
    [Theory]
    [InlineData(HostileRole.Initiator)]
    [InlineData(HostileRole.Acceptor)]
    public async Task Revocations_ForNothing_AreIgnored(HostileRole role)
    {
        using IMemoryOwner<byte> owner = _pool.Rent(Lent);
        await victim.SurviveAsync(() =>
        {
            using Encounter at = victim.Meet(role);
            ValueTask<int> receiving = at.Victim.ReceiveAsync(owner.Memory[..Lent]);
            ControlEntry advert = at.Peer.AwaitControl(ControlKind.Advert);
            for (int i = 0; i < 5; i++)
            {
                var revocations = new ControlEntry[200];
                for (ushort id = 0; id < revocations.Length; id++)
                    revocations[id] = new ControlEntry(id % 2 == 0 ? ControlKind.Revoke : ControlKind.Revoked, at.Id, (ushort)(id / 2));

                at.Peer.SendControl(revocations);
            }

            at.Peer.SendControl(new ControlEntry(ControlKind.Revoked, at.Id, advert.Small));
            at.Peer.Post([1, 2, 3, 4], Delivery(at, advert.Memory, chunks: 0));
            Assert.Equal(4, receiving.AsTask().WaitAsync(HostilePeer.Patience).GetAwaiter().GetResult());
            Assert.False(at.Link.HasEnded);
        });
        victim.AssertNothingLeaked();
    }

    private static SendWorkRequest Delivery(Encounter at, LentMemory lent, uint chunks) => new()
    {
        Operation = SendOperation.RdmaWriteWithImmediate,
        Immediate = at.Id.Index << 12 | 1 << 11 | chunks,
        RemoteAddress = lent.Address,
        RemoteKey = lent.Key,
    };

    private static SendWorkRequest Request(string where, LentMemory lent)
    {
        var request = new SendWorkRequest
        {
            Operation = where switch
            {
                "read" => SendOperation.RdmaRead,
                "atomic" => SendOperation.AtomicFetchAndAdd,
                _ => SendOperation.RdmaWrite,
            },
            RemoteAddress = where switch
            {
                "before" => lent.Address - 64,
                "across the start" => lent.Address - 32,
                "across the end" => lent.Address + lent.Length - 32,
                "after" => lent.Address + lent.Length,
                _ => lent.Address,
            },
            RemoteKey = where == "another key" ? lent.Key ^ 1 : lent.Key,
        };
        if (where == "atomic")
            (request.CompareOrAdd, request.AtomicRemoteKey) = (1, lent.Key);

        return request;
    }
}
