using System.Text.Json.Serialization;

namespace FastSockets.Perf;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Results))]
[JsonSerializable(typeof(RunEnvironment))]
[JsonSerializable(typeof(HostEnvironment))]
[JsonSerializable(typeof(WorkRequest))]
[JsonSerializable(typeof(WorkReply))]
internal sealed partial class JsonContext : JsonSerializerContext;
