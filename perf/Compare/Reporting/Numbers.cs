using System.Globalization;

namespace FastSockets.Perf;

internal static class Numbers
{
    /// <summary>Four significant digits, never an exponent.</summary>
    public static string Of(double value) => value switch
    {
        0 => "0",
        >= 1000 => value.ToString("F0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("F1", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("F2", CultureInfo.InvariantCulture),
        _ => value.ToString("F3", CultureInfo.InvariantCulture),
    };
}
