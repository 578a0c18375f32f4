using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace FastSockets.Packages.Tests;

/// <summary>The tables in docs/ name every setting, log event and instrument there is, and none besides.</summary>
public sealed class DocumentationTests
{
    [Fact]
    public void Tuning_EveryOption_IsInTheTable()
    {
        string text = File.ReadAllText(Repository.PathOf("docs", "tuning.md"));

        Assert.All(
            typeof(FastSocketsOptions).GetProperties().Where(property => property.Name != nameof(FastSocketsOptions.Default)),
            property => Assert.Contains($"\n| `{property.Name}`", text, StringComparison.Ordinal));
        string[] variables = [.. Sources("Sockets").SelectMany(source => Matches(source, "\"(FASTSOCKETS_[A-Z_]+)\""))];
        Assert.Equal(15, variables.Length);
        Assert.All(variables, variable => Assert.Contains($"| `{variable}` |", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Troubleshooting_EveryLogEvent_IsInTheTable()
    {
        string text = File.ReadAllText(Repository.PathOf("docs", "troubleshooting.md"));
        string[] events = [.. LogEvents().Order(StringComparer.Ordinal)];
        string[] described = [.. Matches(text, @"(?m)^(\| `FastSockets\S*` \| \d+ \| \w+ \| \w+ \|)").Order(StringComparer.Ordinal)];

        Assert.Equal(events, described);
        Assert.Equal(events.Length, events.Select(one => string.Join('|', one.Split('|')[..3])).Distinct().Count());
    }

    [Fact]
    public void Troubleshooting_EveryInstrument_IsInTheTable()
    {
        string text = File.ReadAllText(Repository.PathOf("docs", "troubleshooting.md"));
        string[] instruments =
        [
            .. Sources("Sockets").Concat(Sources("Verbs"))
                .SelectMany(source => Matches(source, @"Create\w+\(\s*""([a-z_.]+)""")).Order(StringComparer.Ordinal),
        ];
        string[] described = [.. Matches(text, @"(?m)^\| `((?:fastsockets|rdmasharp)\.[a-z_.]+)` \|").Order(StringComparer.Ordinal)];

        Assert.True(instruments.Length > 10);
        Assert.Equal(instruments, described);
    }

    [Fact]
    public void Troubleshooting_EveryFallbackReason_IsInTheTable() => Assert.All(
        Enum.GetNames<Transport.FallbackReason>().Where(name => name != nameof(Transport.FallbackReason.None)),
        name => Assert.Contains(
            $"| `{name}` |", File.ReadAllText(Repository.PathOf("docs", "troubleshooting.md")), StringComparison.Ordinal));

    private static IEnumerable<string> LogEvents()
    {
        (Type InAssembly, string Category)[] packages =
        [
            (typeof(Transport.FallbackReason), "FastSockets"), (typeof(FastSocket), "FastSockets"),
            (typeof(AspNetCore.IFastSocketFeature), "FastSockets.AspNetCore"),
        ];
        foreach ((Type inAssembly, string category) in packages)
        {
            foreach (MethodInfo method in inAssembly.Assembly.GetTypes().SelectMany(
                type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)))
            {
                if (method.GetCustomAttribute<LoggerMessageAttribute>() is { } message)
                    yield return $"| `{category}` | {message.EventId} | {message.Level} | {method.Name} |";
            }
        }
    }

    private static IEnumerable<string> Sources(string project) => Directory
        .EnumerateFiles(Repository.PathOf("src", project), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Select(File.ReadAllText);

    private static IEnumerable<string> Matches(string text, string pattern) =>
        Regex.Matches(text, pattern).Select(match => match.Groups[1].Value);
}
