using System.Globalization;
using System.Text.Json;

namespace FastSockets.Perf.Instructions;

/// <summary>The files that the guest writes, and those that are kept.</summary>
internal static class PathFiles
{
    /// <summary>Lines "transport operation instructions".</summary>
    public static Dictionary<(string Transport, string Operation), double> ReadRun(string file) =>
        File.ReadLines(file)
            .Select(line => line.Split(' '))
            .ToDictionary(words => (words[0], words[1]), words => double.Parse(words[2], CultureInfo.InvariantCulture));

    public static PathLengths Read(string file) =>
        JsonSerializer.Deserialize(File.ReadAllText(file), PathContext.Default.PathLengths)
        ?? throw new JsonException($"{file} is empty.");

    public static void Write(string file, PathLengths paths) =>
        File.WriteAllText(file, JsonSerializer.Serialize(paths, PathContext.Default.PathLengths) + "\n");
}
