using System.Buffers.Binary;
using System.Globalization;
using FastSockets.Transport;
using FastSockets.Transport.Protocol;

namespace FastSockets.Integration.Tests.Hostile;

/// <summary>Messages of chance: valid ones with errors, and garbage. Whatever becomes of such a link, nobody else notices.</summary>
[Trait("Category", "Rdma")]
public sealed class FuzzTests(Victim victim) : IClassFixture<Victim>
{
    private const int PeersForEach = 8;
    private const int Messages = 40;

    private static int Seeds =>
        int.TryParse(Environment.GetEnvironmentVariable("FASTSOCKETS_HOSTILE_SEEDS"), CultureInfo.InvariantCulture, out int seeds)
            ? seeds
            : 3;

    public static MatrixTheoryData<int, HostileRole> Cases() =>
        new(Enumerable.Range(1, Seeds), [HostileRole.Initiator, HostileRole.Acceptor]);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Messages_Random_HurtNobodyElse(int seed, HostileRole role)
    {
        var random = new Random(seed);
        await victim.SurviveAsync(() =>
        {
            for (int i = 0; i < PeersForEach; i++)
            {
                using Encounter at = victim.Meet(role, HostilePeer.Greeting with { Credits = (ushort)random.Next(16, 512) });
                using var application = new Application(at.Victim, random.Next(3));
                for (int sent = 0; sent < Messages && !at.Link.HasEnded; sent++)
                    SendOne(at, random);

                // So that all of it has been looked at, the link is ended by something that is wrong for certain.
                at.Peer.Send([0]);
                victim.AssertEnded(at.Peer, "");
            }
        });
        victim.AssertNothingLeaked();
    }

    private void SendOne(Encounter at, Random random)
    {
        switch (random.Next(8))
        {
            case 0:
                byte[] garbage = new byte[random.Next(0, 300)];
                random.NextBytes(garbage);
                at.Peer.Send(garbage, random.Next(4) == 0 ? (uint)random.Next() : null);
                break;
            case 1 or 2:
                at.Peer.SendData(new byte[random.Next(1, 5000)], at.Id.Index);
                break;
            case 3:
                byte[] message = at.Peer.Control([.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Entry(at, random))]);
                message[random.Next(message.Length)] ^= (byte)(1 << random.Next(8));
                BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(2), (ushort)message.Length);
                at.Peer.Send(message);
                break;
            default:
                at.Peer.SendControl([.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => Entry(at, random))]);
                break;
        }
    }

    private ControlEntry Entry(Encounter at, Random random)
    {
        ConnectionId target = random.Next(3) switch
        {
            0 => at.Id,
            1 => new ConnectionId((uint)random.Next(0, 8), (uint)random.Next(0, 3)),
            _ => new ConnectionId((uint)random.Next()),
        };
        ulong large = random.Next(4) switch
        {
            0 => 0,
            1 => (ulong)random.Next(),
            2 => (ulong)random.NextInt64(),
            _ => HostilePeer.Greeting.Window + (ulong)random.Next(100_000),
        };

        // OPEN and RESET, which are never wrong, more often than what soon ends the link.
        ControlKind kind = random.Next(10) switch
        {
            < 4 => ControlKind.Open,
            < 7 => ControlKind.Reset,
            < 8 => ControlKind.Window,
            _ => (ControlKind)random.Next(1, 7),
        };
        ushort small = kind == ControlKind.Open && random.Next(2) == 0 ? (ushort)victim.EndPoint.Port : (ushort)random.Next(65536);
        return new ControlEntry(kind, target, small, large);
    }

    /// <summary>The victim's user, who reads, writes, or does nothing.</summary>
    private sealed class Application : IDisposable
    {
        private readonly Task _task;
        private readonly Connection _connection;

        public Application(Connection connection, int kind)
        {
            _connection = connection;
            _task = kind switch
            {
                0 => ReadAsync(),
                1 => WriteAsync(),
                _ => Task.CompletedTask,
            };
        }

        public void Dispose()
        {
            _connection.Abort();
            try
            {
                _task.WaitAsync(HostilePeer.Patience).GetAwaiter().GetResult();
            }
            catch (Exception e) when (e is System.Net.Sockets.SocketException or ObjectDisposedException)
            {
                // Its connection has ended.
            }
        }

        private async Task ReadAsync()
        {
            byte[] buffer = new byte[1000];
            while (await _connection.ReceiveAsync(buffer) > 0)
            {
            }
        }

        private async Task WriteAsync()
        {
            byte[] buffer = new byte[10_000];
            while (true)
                await _connection.SendAsync(buffer);
        }
    }
}
