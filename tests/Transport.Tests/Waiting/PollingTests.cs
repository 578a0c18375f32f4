using FastSockets.Transport.Fabric;
using FastSockets.Transport.Progress;

namespace FastSockets.Transport.Tests.Waiting;

/// <summary>One thread polls at a time; who comes meanwhile and is about to sleep leaves his poll to it.</summary>
public sealed class PollingTests : ICompletionSink, IDisposable
{
    private const ulong Delivered = 1;
    private const ulong Awaited = 2;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly EventDevice _device = new();
    private readonly DeviceProgress _progress;
    private readonly ManualResetEventSlim _isDelivering = new();
    private readonly ManualResetEventSlim _mayGoOn = new();
    private readonly BlockingWait _wait = new();

    public PollingTests() => _progress = new DeviceProgress(_device, this);

    bool ICompletionSink.HasBundles => false;

    public void Dispose()
    {
        _progress.Stop();
        _mayGoOn.Set();
        Assert.True(_progress.AwaitCallers(s_patience));
        _device.Dispose();
    }

    [Fact]
    public async Task WhoComesWhileAnotherDelivers_SleepsAtOnce_AndIsServedByHim()
    {
        _device.Complete(Delivered);
        Task delivering = OnThread(_progress.PollOnce);
        Assert.True(_isDelivering.Wait(s_patience, TestContext.Current.CancellationToken));

        Task waiting = OnThread(Wait);
        Assert.True(SpinWait.SpinUntil(() => _device.Sleeps == 1, s_patience));
        Assert.False(waiting.IsCompleted);

        _mayGoOn.Set();
        await delivering.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        await waiting.WaitAsync(s_patience, TestContext.Current.CancellationToken);
    }

    bool ICompletionSink.OnCompletions(ReadOnlySpan<Completion> completions)
    {
        foreach (ref readonly Completion completion in completions)
        {
            if (completion.Id == Awaited)
                _wait.Complete(0);
            else
            {
                _isDelivering.Set();
                Assert.True(_mayGoOn.Wait(s_patience));
            }
        }

        return false;
    }

    bool ICompletionSink.PumpBundles() => false;

    private void Wait()
    {
        _wait.BeginBlocking();
        // It is there before the queue is armed, and so wakes nobody: a poll finds it, or nobody does.
        _device.Complete(Awaited);
        Assert.True(_progress.Wait(_wait, TimeSpan.Zero, Timeout.Infinite));
    }

    private static Task OnThread(Action action) =>
        Task.Factory.StartNew(action, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
