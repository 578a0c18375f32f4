namespace FastSockets.Perf;

/// <summary>A program that was to be measured failed, hung, or said what could not be understood.</summary>
internal sealed class MeasurementException(string message) : Exception(message);
