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

    /// <summary>Its memory may be in the device's hands: the lock is taken all the same, and the interruption kept for the next wait.</summary>
    [Fact]
    public void OneThatIsInterruptedWhileItWaitsGetsItAllTheSame()
    {
        _lock.Enter();
        bool wasServed = false;
        bool wasTold = false;
        var waiter = new Thread(() =>
        {
            _lock.Enter();
            wasServed = true;
            _lock.Exit();
            try
            {
                Thread.Sleep(TimeSpan.FromMinutes(1));
            }
            catch (ThreadInterruptedException)
            {
                wasTold = true;
            }
        });
        waiter.Start();
        AwaitSleep(waiter);
        waiter.Interrupt();
        Assert.False(waiter.Join(TimeSpan.FromMilliseconds(50)));
        Assert.False(wasServed);

        _lock.Exit();
        Assert.True(waiter.Join(TimeSpan.FromSeconds(50)));
        Assert.True(wasServed);
        Assert.True(wasTold);
    }

    private static void AwaitSleep(Thread thread) =>
        SpinWait.SpinUntil(() => (thread.ThreadState & ThreadState.WaitSleepJoin) != 0, TimeSpan.FromMinutes(1));
}
