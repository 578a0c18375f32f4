using System.Net;
using FastSockets.Transport.Memory;
using FastSockets.Transport.Protocol;

namespace FastSockets.Transport.Tests.Simulation;

/// <summary>
/// Two protocol machines over a simulated fabric. Every choice comes from the seed: what arrives when, how many completions
/// are taken at once, what the applications do, whether and when the link breaks.
/// </summary>
internal sealed class Simulation : IDisposable
{
    private const int Steps = 400;

    private readonly Random _random;
    private readonly SimulationSettings _settings;
    private readonly SimulatedHost[] _hosts;
    private readonly List<(SimulatedStream Near, SimulatedStream? Far)> _streams = [];
    private readonly List<(SimulatedHost Host, Connection Connection, ValueTask<int> Answer)> _opening = [];
    private readonly Dictionary<int, SimulatedStream> _acceptedByPort = [];
    private readonly bool _breaks;
    private readonly bool _usesAborts;
    private readonly bool _failsRegistrations;
    private readonly bool _failsPosts;
    private readonly bool _timeFlies;
    private readonly bool _isSetUp;
    private readonly Action<string>? _trace;
    private int _nextPort = 1000;
    private bool _broken;
    private long _now;

    public Simulation(int seed, Action<string>? trace = null)
    {
        _random = new Random(seed);
        _trace = trace;
        _settings = new SimulationSettings(
            SlabSize: 1024 << _random.Next(3), Credits: _random.Next(LinkCredits.MinGrant, 40), MaxCredits: _random.Next(40, 200),
            ReceiveSlabs: 64 * _random.Next(1, 4), Window: _random.Next(2048, 40_000),
            SendQueueDepth: _random.Next(16, 80), MaxInline: _random.Next(3) switch { 0 => 0, 1 => 64, _ => 256 },
            Backlog: _random.Next(1, 8), HasWindows: _random.Next(4) > 0, WindowsAreBounded: _random.Next(2) == 0,
            new MemoryThresholds(
                Post: _random.Next(500, 5000), Register: _random.Next(5000, 20_000), Send: _random.Next(500, 5000)));
        _breaks = _random.Next(5) == 0;
        _usesAborts = _random.Next(3) == 0;
        _failsRegistrations = _random.Next(4) == 0;
        _failsPosts = _random.Next(10) == 0;
        _timeFlies = _random.Next(10) == 0;
        // Some ends have slabs that are much larger than their peer's.
        int[] slabSizes = [_settings.SlabSize, seed % 8 == 0 ? 16 * _settings.SlabSize : _settings.SlabSize];
        _hosts = [NewHost(1, slabSizes[0]), NewHost(2, slabSizes[1])];
        _isSetUp = true;
        for (int i = 0; i < _hosts.Length; i++)
        {
            Link link = _hosts[i].Link;
            link.Enter();
            link.OnHello(new Hello((uint)slabSizes[1 - i], (ushort)_settings.Credits, 0, 1, default, 0));
            link.Exit();
        }
    }

    public IEnumerable<TransferCounters> Counters => _hosts.Select(host => host.Link.Counters);

    public void Run()
    {
        _trace?.Invoke(_settings.ToString());
        for (int step = 0; step < Steps; step++)
        {
            Act();
            Move();
            Check();
            CheckCredits();
            PassTime();
            if (_breaks && !_broken && _random.Next(Steps) == 0)
                Break();
        }

        _trace?.Invoke("the applications finish");
        Finish();
    }

    public void Dispose()
    {
        foreach (SimulatedHost host in _hosts)
            host.Dispose();
    }

    private SimulatedHost NewHost(uint number, int slabSize) => new(
        _settings with { SlabSize = slabSize }, number, () => !_isSetUp || !_failsRegistrations || _random.Next(5) > 0,
        () => !_failsPosts || _random.Next(200) > 0);

    private SimulatedHost Other(SimulatedHost host) => ReferenceEquals(host, _hosts[0]) ? _hosts[1] : _hosts[0];

    private void Act()
    {
        if (_streams.Count + _opening.Count < 6 && _random.Next(20) == 0 && !_broken)
            Open();

        foreach ((SimulatedStream near, SimulatedStream? far) in _streams)
        {
            Act(near);
            if (far is not null)
                Act(far);
        }
    }

    /// <summary>A device refuses a request, which is the end of a link. That must not happen to peers that are in time.</summary>
    private void Refused()
    {
        if (!_timeFlies && _hosts.All(host => host.EndReason is null))
            throw new InvalidOperationException("a write went where nothing was lent");

        Break();
    }

    private void Act(SimulatedStream stream)
    {
        string before = _trace is null ? "" : stream.ToString();
        ActNow(stream);
        if (_trace is not null && stream.ToString() is { } after && after != before)
            _trace($"{stream.Name}: {after}");
    }

    private void Observe(SimulatedStream stream)
    {
        string before = _trace is null ? "" : stream.ToString();
        stream.Observe();
        if (_trace is not null && stream.ToString() is { } after && after != before)
            _trace($"{stream.Name}: {after}");
    }

    private void ActNow(SimulatedStream stream)
    {
        switch (_random.Next(40))
        {
            case < 12:
                stream.Send();
                break;
            case < 24:
                stream.Receive();
                break;
            case 26 when _random.Next(4) == 0:
                stream.CancelReceive();
                break;
            case 27 when _random.Next(20) == 0:
                stream.CancelSend();
                break;
            case 24 when _random.Next(4) == 0:
                stream.Shut();
                break;
            case 25 when _usesAborts && _random.Next(4) == 0:
                stream.Close(abort: _random.Next(2) == 0);
                break;
        }
    }

    private void Open()
    {
        SimulatedHost host = _hosts[_random.Next(2)];
        int port = _random.Next(10) == 0 ? 81 : 80;
        var operation = new Progress.ConnectOperation();
        host.Link.Enter();
        Connection? connection = host.Link.Open(new IPEndPoint(IPAddress.Loopback, port), (ushort)_nextPort++, operation);
        if (connection is not null)
        {
            operation.Connection = connection;
            operation.BeginAsync(host);
            host.Link.Queue(connection, ControlFlags.Open);
        }

        host.Link.Exit();
        if (connection is not null)
            _opening.Add((host, connection, operation.AsTask(default)));
    }

    private void Move()
    {
        for (int moves = _random.Next(6); moves > 0; moves--)
            MoveOnce(_hosts[_random.Next(2)]);
    }

    /// <summary>Something happens at one end, if anything can.</summary>
    private bool MoveOnce(SimulatedHost host)
    {
        if (_trace is null)
            return MoveNow(host);

        string before = host.ToString();
        bool moved = MoveNow(host);
        if (moved)
            _trace($"host {host.QueuePair.Number}: {before} -> {host}");

        return moved;
    }

    private bool MoveNow(SimulatedHost host)
    {
        Span<int> order = [0, 1, 2, 3];
        _random.Shuffle(order);
        foreach (int what in order)
        {
            switch (what)
            {
                case 0 when host.QueuePair.CanDeliver && !_broken:
                    if (!host.QueuePair.TryDeliver(Other(host).Device, Other(host).QueuePair.Number))
                        Refused();

                    return true;
                case 1 when host.QueuePair.CanAcknowledge && !_broken:
                    host.QueuePair.Acknowledge();
                    return true;
                case 2 when host.Device.CompletionCount > 0:
                    host.Reap(_random.Next(1, 16));
                    return true;
                case 3 when host.HasContinuations:
                    host.RunContinuation();
                    return true;
            }
        }

        return false;
    }

    private void Check()
    {
        foreach (SimulatedHost host in _hosts)
        {
            if (host.EndReason is null || _broken)
                continue;

            if (!_failsPosts)
                throw new InvalidOperationException($"the link failed: {host.EndReason}");

            Break();
        }

        for (int i = _opening.Count - 1; i >= 0; i--)
        {
            (SimulatedHost host, Connection connection, ValueTask<int> answer) = _opening[i];
            if (!answer.IsCompleted)
                continue;

            _opening.RemoveAt(i);
            var reason = (RefuseReason)answer.GetAwaiter().GetResult();
            if (reason == RefuseReason.None)
                _streams.Add((NewStream(connection, host, isNear: true), null));
            else if (!_broken)
                Assert.Equal(connection.RemoteEndPoint.Port == 81 ? RefuseReason.NoListener : RefuseReason.BacklogFull, reason);
        }

        foreach (SimulatedHost host in _hosts)
        {
            if (_random.Next(3) == 0 && host.Listener.TryTake(out object? accepted))
            {
                var connection = (Connection)accepted!;
                _acceptedByPort.Add(connection.RemoteEndPoint.Port, NewStream(connection, host, isNear: false));
            }
        }

        for (int i = 0; i < _streams.Count; i++)
        {
            (SimulatedStream near, SimulatedStream? far) = _streams[i];
            if (far is null && _acceptedByPort.TryGetValue(near.Connection.LocalEndPoint.Port, out far))
                _streams[i] = (near, far);

            Observe(near);
            if (far is not null)
                Observe(far);

            if (far is not null)
                CheckPair(near, far);
        }
    }

    private void PassTime()
    {
        // Mostly slow enough that no peer is given up; else some are, and their writes come too late.
        _now += _random.Next(_timeFlies ? 500 : 20);
        if (_random.Next(4) == 0 && !_broken)
            _hosts[_random.Next(2)].Tick(_now);
    }

    /// <summary>A slab is posted for every message under way and for every one that the peer may still send.</summary>
    private void CheckCredits()
    {
        foreach (SimulatedHost host in _hosts)
        {
            if (host.Link.Grant != host.ReceiveSlabs.Granted - host.ReceiveSlabs.Lent || host.Link.Grant is < LinkCredits.MinGrant || host.Link.Grant > host.ReceiveSlabs.Count)
                throw new InvalidOperationException($"{host.Link.Grant} credits for {host.ReceiveSlabs.Granted} of {host.ReceiveSlabs.Count} slabs");

            // Slabs that are nobody's credit are not counted on.
            int posted = host.Device.PostedReceives - (host.ReceiveSlabs.Count - host.ReceiveSlabs.Granted);
            if (!_broken && posted < Other(host).QueuePair.OnTheWay + Other(host).Link.CreditsLeft)
                throw new InvalidOperationException("more credits than posted slabs");
        }
    }

    private SimulatedStream NewStream(Connection connection, SimulatedHost host, bool isNear)
    {
        int port = isNear ? connection.LocalEndPoint.Port : connection.RemoteEndPoint.Port;
        return new SimulatedStream(connection, host, isNear ? port : -port, isNear ? -port : port, _random);
    }

    private static void CheckPair(SimulatedStream near, SimulatedStream far)
    {
        CheckEnd(near, far);
        CheckEnd(far, near);
    }

    /// <summary>An end is the end of all that was sent. (After a reset, which is told once, receives see an end as well.)</summary>
    private static void CheckEnd(SimulatedStream receiver, SimulatedStream sender)
    {
        if (receiver.SawEnd && receiver.Connection.IsAlive && !sender.Failed && !sender.IsClosed && !sender.IsCut && receiver.Received != sender.Sent)
            throw new InvalidOperationException("the end came before the last byte");
    }

    private void Break()
    {
        _trace?.Invoke("the link breaks");
        _broken = true;
        foreach (SimulatedHost host in _hosts)
        {
            host.Link.Enter();
            host.Link.Fail("the simulation broke it");
            host.Link.Exit();
            host.QueuePair.Flush();
        }
    }

    /// <summary>Both applications read to the end and close: then everything must come to rest with nothing left over.</summary>
    private void Finish()
    {
        for (int idle = 0; idle < 50;)
        {
            bool moved = false;
            foreach (SimulatedHost host in _hosts)
            {
                while (MoveOnce(host))
                    moved = true;
            }

            Check();
            _now += 100;
            foreach (SimulatedHost host in _hosts)
                host.Tick(_now);

            if (_broken && idle == 10)
            {
                foreach (SimulatedHost host in _hosts)
                    host.Link.OnQueuePairGone();
            }

            foreach ((SimulatedStream near, SimulatedStream? far) in _streams)
            {
                moved |= DriveToEnd(near);
                if (far is not null)
                    moved |= DriveToEnd(far);
            }

            idle = moved ? 0 : idle + 1;
        }

        CheckRest();
    }

    private static bool DriveToEnd(SimulatedStream stream)
    {
        if (stream.IsClosed)
            return false;

        long received = stream.Received;
        bool shut = stream.HasShut;
        stream.Receive();
        stream.Shut();
        if ((stream.SawEnd && stream.HasShut) || stream.Failed)
            stream.Close(abort: false);

        return stream.IsClosed || stream.Received != received || stream.HasShut != shut;
    }

    private void CheckRest()
    {
        foreach ((SimulatedStream near, SimulatedStream? far) in _streams)
        {
            near.CheckReturnedMemory();
            far?.CheckReturnedMemory();
            if (!near.IsClosed || !near.IsAtRest || far is { IsClosed: false } or { IsAtRest: false })
                throw new InvalidOperationException($"a connection never came to its end: {near} | {far}");

            if (far is { Failed: false, IsCut: false } && near is { Failed: false, IsCut: false } && !_broken && !_usesAborts &&
                near.SawEnd && far.SawEnd)
            {
                Assert.Equal(near.Sent, far.Received);
                Assert.Equal(far.Sent, near.Received);
            }
        }

        foreach (SimulatedHost host in _hosts)
        {
            foreach (object left in host.Listener.Close())
                ((Connection)left).Abort();
        }

        foreach (SimulatedHost host in _hosts)
        {
            while (MoveOnce(host) || MoveOnce(Other(host)))
            {
            }
        }

        foreach (SimulatedHost host in _hosts)
        {
            Assert.Equal(0, host.AsyncWaits);
            Assert.Equal(0, host.Link.ConnectionCount);
            Assert.Equal((0, 0), (host.Backlog, host.Unsent));
            Assert.Equal(host.ReceiveSlabs.Count, host.Device.PostedReceives);
            host.Link.OnQueuePairGone();
            Assert.Equal(host.SendSlabs.Capacity, host.SendSlabs.Available);
            Assert.Equal(0, host.Device.ExposedCount);
        }
    }
}
