using FastSockets.Transport.Protocol;

namespace FastSockets.Transport.Tests.Protocol;

public class LinkLockTests
{
    private readonly LinkLock _lock = new();

    [Fact]
    public void OneHoldsItAtATimeAndNobodyIsForgotten()
    {
        const int Threads = 4;
        const int Turns = 20_000;
        int count = 0;
        var threads = new Thread[Threads];
        for (int i = 0; i < Threads; i++)
        {
            threads[i] = new Thread(() =>
            {
                for (int turn = 0; turn < Turns; turn++)
                {
                    _lock.Enter();
                    int before = count;
                    if (turn % 1000 == 0)
                        // Long enough for the others to fall asleep.
                        Thread.Sleep(1);

                    count = before + 1;
                    _lock.Exit();
                }
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads)
            Assert.True(thread.Join(TimeSpan.FromMinutes(1)));

        Assert.Equal(Threads * Turns, count);
    }

    [Fact]
    public void OneThatIsInterruptedWhileItSleepsHasNotGotItAndTheNextGetsIt()
    {
        _lock.Enter();
        bool wasInterrupted = false;
        bool wasServed = false;
        var interrupted = new Thread(() =>
        {
            try
            {
                _lock.Enter();
            }
            catch (ThreadInterruptedException)
            {
                wasInterrupted = true;
            }
        });
        var next = new Thread(() =>
        {
            _lock.Enter();
            wasServed = true;
            _lock.Exit();
        });
        interrupted.Start();
        next.Start();
        AwaitSleep(interrupted);
        AwaitSleep(next);
        interrupted.Interrupt();
        Assert.True(interrupted.Join(TimeSpan.FromMinutes(1)));
        Assert.True(wasInterrupted);
        Assert.False(wasServed);

        _lock.Exit();
        Assert.True(next.Join(TimeSpan.FromMinutes(1)));
        Assert.True(wasServed);
    }

    private static void AwaitSleep(Thread thread) =>
        SpinWait.SpinUntil(() => (thread.ThreadState & ThreadState.WaitSleepJoin) != 0, TimeSpan.FromMinutes(1));
}
