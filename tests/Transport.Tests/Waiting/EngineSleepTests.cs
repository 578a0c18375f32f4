using FastSockets.Transport.Fabric;
using FastSockets.Transport.Progress;

namespace FastSockets.Transport.Tests.Waiting;

/// <summary>When the engine's thread sleeps.</summary>
public sealed class EngineSleepTests : IDisposable
{
    private readonly QuietDevice _device = new();
    private readonly DeviceProgress _progress;
    private readonly Thread _engine;

    public EngineSleepTests()
    {
        _progress = new DeviceProgress(_device, new NoSink());
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
        _progress.AsyncStarted();
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

            return 0;
        }

        public void HoldPolls() => _mayPoll.Reset();

        public bool AwaitHeldPoll() => _isHeld.Wait(TimeSpan.FromSeconds(10));

        public void ReleasePolls() => _mayPoll.Set();

        public void Arm(bool solicitedOnly)
        {
        }

        public void Sleep(int timeout) => _kicks.Wait(timeout);

        public void Kick() => _kicks.Release();

        public void Dispose()
        {
        }
    }

    private sealed class NoSink : ICompletionSink
    {
        public bool OnCompletions(ReadOnlySpan<Completion> completions) => false;

        public bool PumpBundles() => false;
    }
}
