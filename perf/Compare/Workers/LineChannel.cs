using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace FastSockets.Perf;

/// <summary>JSON, one value a line, between the orchestrator and a worker.</summary>
internal static class LineChannel
{
    public static void WriteLine<T>(TextWriter writer, T value, JsonTypeInfo<T> type)
    {
        writer.WriteLine(JsonSerializer.Serialize(value, type));
        writer.Flush();
    }

    public static T Parse<T>(string line, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(line, type) ?? throw new JsonException("null is not a message");
}
