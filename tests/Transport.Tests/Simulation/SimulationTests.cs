namespace FastSockets.Transport.Tests.Simulation;

/// <summary>Alone: it takes every processor and every thread of the pool, for which others would wait.</summary>
[CollectionDefinition(nameof(SimulationTests), DisableParallelization = true)]
[Collection(nameof(SimulationTests))]
public class SimulationTests
{
    private static int Seeds => Setting("FASTSOCKETS_SIMULATION_SEEDS") ?? 2000;

    /// <summary>For a long run in parts.</summary>
    private static int First => Setting("FASTSOCKETS_SIMULATION_FIRST") ?? 0;

    /// <summary>One seed, of which the trace is wanted.</summary>
    private static int? OneSeed => Setting("FASTSOCKETS_SIMULATION_SEED");

    [Fact]
    public void Protocol_RandomRuns_KeepTheirPromises()
    {
        if (OneSeed is { } seed)
        {
            RunSeed(seed);
            return;
        }

        var seen = new Coverage();
        Parallel.For(First, First + Seeds, run => RunSeed(run, seen));
        seen.Check(Seeds);
    }

    /// <summary>Seeds that once found a bug.</summary>
    [Theory]
    [InlineData(4)] // an empty message went out into a full window
    [InlineData(4556)] // a short send queue filled up with requests of which none was signalled
    [InlineData(61)] // a reset freed a slab of which a part was being sent
    [InlineData(151)] // a reset left its link counted as backlogged
    [InlineData(2001)]
    [InlineData(5)] // a send given up half-way waited for a completion that nobody had asked for
    [InlineData(40)] // memory taken back at once, its window not yet bound: the binding would have failed the queue pair
    [InlineData(71363)] // a delivery after one that was lost succeeded, and left a gap
    [InlineData(2621)] // a delivery into memory that had been taken back was missing in the count that FIN is compared with
    [InlineData(84)] // a delivery behind one that was lost, for its memory had been taken back, counted as received
    [InlineData(1655)] // a reset for lost bytes passed for the end of the stream
    [InlineData(162)] // the window was held back for a receive behind one that could not be posted
    [InlineData(2184)] // a message that was short for this end's slabs did not fit a bundle for the peer's
    public void Protocol_KnownSeeds_KeepTheirPromises(int seed) => RunSeed(seed);

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : null;

    private static void RunSeed(int seed) => RunSeed(seed, null);

    private static void RunSeed(int seed, Coverage? seen)
    {
        try
        {
            using var simulation = new Simulation(seed);
            simulation.Run();
            seen?.Add(simulation.Counters);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}: {e.Message}\n{Trace(seed)}", e);
        }
    }

    /// <summary>What happened last before the failure: the same run again, for the seed is all it depends on.</summary>
    private static string Trace(int seed)
    {
        const int Lines = 100;
        var lines = new Queue<string>();
        try
        {
            using var simulation = new Simulation(seed, line =>
            {
                if (lines.Count == Lines)
                    lines.Dequeue();

                lines.Enqueue(line);
            });
            simulation.Run();
        }
        catch (Exception e)
        {
            lines.Enqueue(e.ToString());
        }

        return string.Join('\n', lines);
    }
}
