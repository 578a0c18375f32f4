namespace FastSockets.Perf;

/// <summary>
/// Doubles a batch until one fills the time, and repeats that until it is no longer much faster than the one before: what the first
/// batches take is the compiler's, which an emulated machine makes a hundred times the messages'.
/// </summary>
internal sealed class WarmUp(long firstBatch, long enough)
{
    private const double Steady = 0.8;

    private double _before = double.PositiveInfinity;

    /// <summary>Messages of the batch that is next.</summary>
    public long Count { get; private set; } = firstBatch;

    /// <summary>Ticks of one message of the last batch.</summary>
    public double Each { get; private set; }

    /// <param name="ticks">What the batch has taken.</param>
    /// <returns>Whether it was the last.</returns>
    public bool IsOver(long ticks)
    {
        Each = (double)ticks / Count;
        if (ticks >= enough && Each > Steady * _before)
            return true;

        if (ticks < enough)
            Count *= 2;
        _before = Each;
        return false;
    }
}
