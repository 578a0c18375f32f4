using System.Text.Json.Serialization;

namespace FastSockets.Perf.Instructions;

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PathLengths))]
internal sealed partial class PathContext : JsonSerializerContext;
