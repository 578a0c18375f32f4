using System.Text.Json;

namespace FastSockets.Perf;

internal static class ResultsFile
{
    public static void Write(string path, Results results)
    {
        using var file = File.Create(path);
        using var writer = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        JsonSerializer.Serialize(writer, results, JsonContext.Default.Results);
    }
}
