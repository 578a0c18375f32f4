using System.Text.Json;

namespace PingPong;

/// <summary>Prints the figures for people, or as a line of JSON.</summary>
internal static class Report
{
    internal static void Print(Options options, double p50, double p99)
    {
        string wait = options.Block ? "block" : "spin";
        if (!options.Json)
        {
            Console.WriteLine($"{options.Size} B, {wait}: round trip p50 {p50:F2} us, p99 {p99:F2} us");
            return;
        }
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("wait", wait);
            json.WriteNumber("size", options.Size);
            json.WriteNumber("iterations", options.Iterations);
            json.WriteNumber("rtt_p50_us", Math.Round(p50, 3));
            json.WriteNumber("rtt_p99_us", Math.Round(p99, 3));
            json.WriteEndObject();
        }
        Console.WriteLine(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }
}
