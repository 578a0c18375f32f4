namespace FastSockets.Transport.Tests.Simulation;

public class SimulationTests
{
    private static int Seeds =>
        int.TryParse(Environment.GetEnvironmentVariable("FASTSOCKETS_SIMULATION_SEEDS"), out int seeds) ? seeds : 2000;

    [Fact]
    public void Protocol_RandomRuns_KeepTheirPromises()
    {
        Parallel.For(0, Seeds, RunSeed);
    }

    /// <summary>Seeds that once found a bug.</summary>
    [Theory]
    [InlineData(4)] // an empty message went out into a full window
    [InlineData(4556)] // a short send queue filled up with requests of which none was signalled
    [InlineData(61)] // a reset freed a slab of which a part was being sent
    [InlineData(151)] // a reset left its link counted as backlogged
    [InlineData(2001)]
    public void Protocol_KnownSeeds_KeepTheirPromises(int seed) => RunSeed(seed);

    private static void RunSeed(int seed)
    {
        try
        {
            using var simulation = new Simulation(seed);
            simulation.Run();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}: {e.Message}", e);
        }
    }
}
