using System.Globalization;

namespace FastSockets.Perf;

/// <summary>A line of figures that a program prints.</summary>
internal static class ReportLine
{
    /// <summary>The numbers of the line, which must be numbers only, and so many.</summary>
    /// <exception cref="MeasurementException">They are not; it tells the whole <paramref name="output"/>.</exception>
    public static double[] Numbers(string line, int atLeast, string program, string output)
    {
        string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        double[] numbers = new double[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (!double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
                throw new MeasurementException($"{program}'s report is not understood:\n{output}");
        }
        return numbers.Length >= atLeast
            ? numbers
            : throw new MeasurementException($"{program} reported too few figures:\n{output}");
    }
}
