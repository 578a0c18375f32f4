using FastSockets.Transport.Fabric;
using FastSockets.Transport.Progress;

namespace FastSockets.Transport.Tests.Waiting;

/// <summary>When the engine's thread sleeps.</summary>
public sealed class EngineSleepTests : IDisposable
{
    private readonly QuietDevice _device = new();
    private readonly DeviceProgress _progress;
    private readonly Sink _sink;
    private readonly Thread _engine;

    public EngineSleepTests()
    {
        _progress = new DeviceProgress(_device, _sink = new Sink(_device));
        _device.Polled = _sink.OnPoll;
        _engine = new Thread(() => _progress.Run(static () => { }));
        _engine.Start();
    }

    public void Dispose()
    {
        _progress.Stop();
        _engine.Join();
    }

    [Fact]
    public void AsynchronousWait_LetsTheEngineSleep_UntilSomethingHappens()
    {
        _progress.AsyncStarted(TimeSpan.Zero);
        for (int happened = 0; happened < 3; happened++)
        {
            _device.Kick();
            Thread.Sleep(50);
        }

        long before = _progress.Polls;
        Thread.Sleep(300);
        // A tick may fall into that time; an engine that keeps itself awake looks thousands of times.
        Assert.InRange(_progress.Polls - before, 0, 50);
    }

    [Fact]
    public void PollOnce_OfAThreadThatIsInterrupted_BesideAnotherThatPolls_IsNotCutOff()
    {
        _device.HoldPolls();
        _device.Kick();
        Assert.True(_device.AwaitHeldPoll());
        Exception? thrown = null;
        var interrupted = new Thread(() =>
        {
            Thread.CurrentThread.Interrupt();
            thrown = Record.Exception(_progress.PollOnce);
        });
        interrupted.Start();
        Thread.Sleep(50);
        _device.ReleasePolls();
        interrupted.Join();
        Assert.Null(thrown);
    }

    /// <summary>What a poll of the engine's own begins is done before it sleeps: nobody else wakes it for that.</summary>
    [Fact]
    public void Bundle_BegunByTheEnginesOwnPoll_IsPumped_BeforeItSleeps()
    {
        for (int round = 0; round < 5; round++)
        {
            _sink.BeginAtNextPoll();
            _device.Kick();
            Assert.True(SpinWait.SpinUntil(() => !_sink.HasBundles && !_sink.IsToBegin, 10_000));
            Assert.Equal(0, _sink.SleepsBetween);
        }
    }

    /// <summary>A device on which nothing completes.</summary>
    private sealed class QuietDevice : IFabricDevice
    {
        private readonly SemaphoreSlim _kicks = new(0);
        private readonly ManualResetEventSlim _mayPoll = new(true);
        private readonly ManualResetEventSlim _isHeld = new();

        public string Name => "quiet";

        public int MaxCompletions => 1;

        public bool WindowsAreBounded => true;

        public long ReceiverNotReady => 0;

        public bool TryHold(int completions) => true;

        public IRegisteredMemory Register(nint address, int length, RegisteredFor use) => throw new IOException();

        public IMemoryWindow? TryCreateWindow() => null;

        public void PostReceive(ulong id, nint address, int length, uint key)
        {
        }

        public int Poll(Span<Completion> completions)
        {
            if (!_mayPoll.IsSet)
            {
                _isHeld.Set();
                _mayPoll.Wait();
            }

            Polled?.Invoke();
            return 0;
        }

        public void HoldPolls() => _mayPoll.Reset();

        public bool AwaitHeldPoll() => _isHeld.Wait(TimeSpan.FromSeconds(10));

        public void ReleasePolls() => _mayPoll.Set();

        /// <summary>Called by whoever polls.</summary>
        public Action? Polled { get; set; }

        public bool IsArmed { get; private set; }

        public int Sleeps { get; private set; }

        public void Arm(bool solicitedOnly) => IsArmed = true;

        public void Sleep(int timeout)
        {
            Sleeps++;
            IsArmed = false;
            _kicks.Wait(timeout);
        }

        public void Kick() => _kicks.Release();

        public void Dispose()
        {
        }
    }

    /// <summary>Bundling that begins in a poll on the engine's thread.</summary>
    private sealed class Sink(QuietDevice device) : ICompletionSink
    {
        private volatile bool _begins;
        private volatile bool _hasBundles;
        private int _sleepsBefore;

        public bool IsToBegin => _begins;

        public bool HasBundles => _hasBundles;

        public int SleepsBetween { get; private set; }

        public void BeginAtNextPoll() => _begins = true;

        public void OnPoll()
        {
            if (!_begins || !device.IsArmed)
                return;

            _sleepsBefore = device.Sleeps;
            _hasBundles = true;
            _begins = false;
        }

        public bool OnCompletions(ReadOnlySpan<Completion> completions) => false;

        public bool PumpBundles()
        {
            if (_hasBundles)
                SleepsBetween += device.Sleeps - _sleepsBefore;

            _hasBundles = false;
            return false;
        }
    }
}
