namespace FastSockets.Perf;

/// <summary>
/// How many messages are sent before each reply. To warm up, a batch is doubled until it fills the time, and repeated until it is no longer
/// much faster than the one before: what the first batches take is the compiler's, which an emulated machine makes a hundred times the
/// messages'. Then one is measured that should fill the time, and again if it did not fill half of it.
/// </summary>
internal sealed class Batches(long first, Pace pace)
{
    private const double Steady = 0.8;

    private readonly long _least = first;
    private double _before = double.PositiveInfinity;
    private bool _isWarm;

    /// <summary>Messages of the batch that is next; of the last when that has been.</summary>
    public long Count { get; private set; } = first;

    /// <param name="ticks">What the batch has taken.</param>
    /// <returns>Whether it was the last, which is the one that counts.</returns>
    public bool IsLast(long ticks)
    {
        double each = (double)ticks / Count;
        if (_isWarm && ticks >= pace.Measure / 2)
            return true;

        _isWarm = _isWarm || (ticks >= pace.WarmUp && each > Steady * _before);
        if (_isWarm)
            Count = Math.Max(_least, (long)(pace.Measure / each));
        else if (ticks < pace.WarmUp)
            Count *= 2;
        _before = each;
        return false;
    }
}
