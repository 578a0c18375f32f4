using FastSockets.Transport.Fabric;
using FastSockets.Transport.Protocol;
using RdmaSharp;

namespace FastSockets.Integration.Tests.Hostile;

/// <summary>
/// A peer that knows the very addresses and keys of the victim's memory still reads and writes none of it: its own queue
/// pair fails.
/// </summary>
[Trait("Category", "Rdma")]
public sealed class RemoteAccessTests(Victim victim) : IClassFixture<Victim>
{
    private const int Length = 64;

    public static MatrixTheoryData<SendOperation, HostileRole> Operations() => new(
        [
            SendOperation.RdmaWrite, SendOperation.RdmaWriteWithImmediate, SendOperation.RdmaRead, SendOperation.AtomicFetchAndAdd,
            SendOperation.AtomicCompareAndSwap, SendOperation.SendWithInvalidate,
        ],
        [HostileRole.Initiator, HostileRole.Acceptor]);

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Access_WithTheRightAddressAndKey_FailsAndChangesNothing(SendOperation operation, HostileRole role)
    {
        foreach (uint key in Keys(operation))
        {
            await victim.SurviveAsync(() =>
            {
                using Encounter at = victim.Meet(role);
                SendSlabs slabs = at.Link.Host.SendSlabs;
                Assert.True(slabs.TryRent(0, out int slab));
                Span<byte> memory = slabs.Span(slab, 0, Length);
                memory.Fill(0x5A);
                var request = new SendWorkRequest
                {
                    Operation = operation,
                    Immediate = new Immediate(at.Id.Index, at.Peer.Granted).Value,
                    RemoteAddress = (ulong)slabs.Address(slab),
                    RemoteKey = key,
                };
                bool isAtomic = operation is SendOperation.AtomicFetchAndAdd or SendOperation.AtomicCompareAndSwap;
                if (isAtomic)
                    (request.CompareOrAdd, request.Swap, request.AtomicRemoteKey) = (0x5A5A5A5A5A5A5A5A, 1, key);

                if (operation == SendOperation.SendWithInvalidate)
                    request.InvalidateKey = key;

                at.Peer.Post(new byte[isAtomic ? sizeof(ulong) : Length], request);
                WorkCompletionStatus status = at.Peer.AwaitSend();

                // A bad invalidation is an error at the responder alone: the message itself has arrived.
                Assert.True(operation == SendOperation.SendWithInvalidate || status != WorkCompletionStatus.Success, $"{status}");
                Assert.Equal(-1, memory.IndexOfAnyExcept((byte)0x5A));
                slabs.Return(slab);

                // The victim's queue pair is in error, too: its next message, a ping at the latest, finds that out.
                victim.AssertEnded(at.Peer, "failed with status");
            });
        }

        victim.AssertNothingLeaked();
    }

    /// <summary>The key that the memory has; for a write also one that is nobody's.</summary>
    private uint[] Keys(SendOperation operation)
    {
        uint key = victim.Network.Links[0].Host.SendSlabs.Key(0);
        return operation == SendOperation.RdmaWrite ? [key, 0] : [key];
    }
}
