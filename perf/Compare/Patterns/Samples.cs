namespace FastSockets.Perf;

/// <summary>Times of one measurement, in an array made before it starts and used again by the next.</summary>
internal sealed class Samples
{
    /// <summary>Taken even when time is up, so that a slow device still has a distribution.</summary>
    public const int Least = 50;

    private readonly long[] _ticks = new long[1 << 20];
    private int _count;

    public int Count => _count;

    private bool IsFull => _count == _ticks.Length;

    /// <summary>Whether a measurement that was to last so many ticks is over.</summary>
    public bool AreEnough(long elapsed, long ticks) => IsFull || (elapsed >= ticks && _count >= Least);

    public void Clear() => _count = 0;

    public void Add(long ticks) => _ticks[_count++] = ticks;

    public double MeanMicroseconds => Pace.ToMicroseconds(_ticks.AsSpan(0, _count).ToArray().Sum()) / _count;

    /// <summary>The value that a share of <paramref name="quantile"/> of the samples does not exceed (nearest rank).</summary>
    public double Microseconds(double quantile)
    {
        Array.Sort(_ticks, 0, _count);
        int rank = (int)Math.Ceiling(quantile * _count);
        return Pace.ToMicroseconds(_ticks[Math.Clamp(rank, 1, _count) - 1]);
    }
}
