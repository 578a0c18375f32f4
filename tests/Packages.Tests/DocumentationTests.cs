using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastSockets.Packages.Tests;

/// <summary>The tables in docs/ name every setting, log event and instrument there is, and none besides.</summary>
public sealed class DocumentationTests
{
    [Fact]
    public void Tuning_EveryOption_IsInTheTableWithItsVariableScopeAndDefault()
    {
        PropertyInfo[] options =
            [.. typeof(FastSocketsOptions).GetProperties().Where(property => property.Name != nameof(FastSocketsOptions.Default))];
        string settings = Sources("Sockets").Single(source => source.Contains("class Setting\n", StringComparison.Ordinal));
        Dictionary<string, string> variables = Regex
            .Matches(settings, @"nameof\(FastSocketsOptions\.(\w+)\),\s+""(FASTSOCKETS_\w+)""")
            .ToDictionary(match => match.Groups[1].Value, match => $"`{match.Groups[2].Value}`");
        XElement[] comments = [.. XDocument.Load(Path.ChangeExtension(typeof(FastSocketsOptions).Assembly.Location, "xml"))
            .Descendants("member")];
        var defaults = new FastSocketsOptions();
        string[] expected = [.. options.Select(option =>
            $"{option.Name}{(IsTheProcesss(option) ? "*" : "")} | {variables.GetValueOrDefault(option.Name)} | {DefaultOf(option)}")];

        string[][] rows = [.. Matches(File.ReadAllText(Repository.PathOf("docs", "tuning.md")), @"(?m)^\| (`\w+`.*) \|$")
            .Select(row => row.Split('|', StringSplitOptions.TrimEntries))];
        string[] found = [.. rows.Select(row => $"{NameIn(row[0])} | {row[1]} | {DefaultIn(row[3])}")];

        Assert.Equal(15, variables.Count);
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));

        bool IsTheProcesss(PropertyInfo option) => comments
            .Single(comment => comment.Attribute("name")!.Value == $"P:FastSockets.FastSocketsOptions.{option.Name}")
            .Element("summary")!.Value.Trim().StartsWith("The process's:", StringComparison.Ordinal);

        // `Name`*: what it is
        static string NameIn(string cell) => Regex.Match(cell, @"^`(\w+)`(\*?)(:|$)") is { Success: true } name
            ? name.Groups[1].Value + name.Groups[2].Value
            : throw new FormatException(cell);

        // What is measured on each machine is told in words; so is what "never" spares.
        static string DefaultIn(string cell) => Regex.Replace(cell, "^(measured|twice what|never).*", "$1");

        string DefaultOf(PropertyInfo option) => option.Name switch
        {
            nameof(FastSocketsOptions.SpinBudget) => "twice what",
            nameof(FastSocketsOptions.Devices) when defaults.Devices.Count == 0 => "all",
            nameof(FastSocketsOptions.RegisterThreshold) => Unless(defaults.RegisterThreshold, "never"),
            nameof(FastSocketsOptions.PostThreshold) => Unless(defaults.PostThreshold, "measured"),
            nameof(FastSocketsOptions.SendThreshold) => Unless(defaults.SendThreshold, "measured"),
            _ => option.GetValue(defaults) switch
            {
                bool flag => flag ? "on" : "off",
                TimeSpan { TotalSeconds: >= 60 } time => $"{time.TotalMinutes} min",
                TimeSpan time => $"{time.TotalSeconds} s",
                int bytes and >= 1 << 20 => $"{bytes >> 20} MiB",
                int bytes and >= 1 << 10 => $"{bytes >> 10} KiB",
                int number => $"{number}",
                NullLoggerFactory => "nowhere",
                IEnumerable list when !list.Cast<object>().Any() => "none",
                object other => other.ToString()!,
                null => "null",
            },
        };

        static string Unless(int? value, string otherwise) => value is { } given ? $"{given}" : otherwise;
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
        Enum.GetNames<FallbackReason>().Where(name => name != nameof(FallbackReason.None)),
        name => Assert.Contains(
            $"| `{name}` |", File.ReadAllText(Repository.PathOf("docs", "troubleshooting.md")), StringComparison.Ordinal));

    /// <summary>What a reader copies has been compiled, and run, by the tests of these snippets.</summary>
    [Fact]
    public void Http_EverySnippet_IsTheCodeThatTestsRun()
    {
        string[] regions =
        [
            .. Directory.EnumerateFiles(Repository.PathOf("tests", "AspNetCore.Tests", "Snippets"), "*.cs").Select(File.ReadAllText)
                .SelectMany(source => Matches(source, @"(?s)#region\n(.*?)\n *#endregion")).Select(Unindented).Order(StringComparer.Ordinal),
        ];
        string[] shown = [.. Matches(File.ReadAllText(Repository.PathOf("docs", "http.md")), @"(?s)```csharp\n(.*?)\n```")
            .Order(StringComparer.Ordinal)];

        Assert.True(shown.Length > 10);
        Assert.Equal(regions, shown);

        static string Unindented(string code)
        {
            string[] lines = code.Split('\n');
            int least = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
            return string.Join('\n', lines.Select(line => line.Length > 0 ? line[least..] : ""));
        }
    }

    private static IEnumerable<string> LogEvents()
    {
        (Type InAssembly, string Category)[] packages =
        [
            (typeof(FallbackReason), "FastSockets"), (typeof(FastSocket), "FastSockets"),
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
