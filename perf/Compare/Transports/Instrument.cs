using System.Diagnostics.Metrics;

namespace FastSockets.Perf;

/// <summary>What this process's own instruments say now.</summary>
internal static class Instrument
{
    /// <summary>The sum of an observable instrument's measurements; null where there is no such instrument.</summary>
    public static long? Read(string meter, string name)
    {
        long? sum = null;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == meter && instrument.Name == name)
            {
                sum = 0;
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => sum += value);
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => sum += value);
        listener.Start();
        listener.RecordObservableInstruments();
        return sum;
    }
}
