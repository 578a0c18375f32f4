namespace FastSockets.Perf;

/// <summary>A program that was to be measured failed, hung, or said what could not be understood.</summary>
internal sealed class MeasurementException(string message) : Exception(message)
{
    /// <summary>It would fail at every other point, too.</summary>
    public bool IsFinal { get; init; }

    /// <summary>It was not over when the time was, though its server had been there all the while.</summary>
    public bool TimedOut { get; init; }
}
