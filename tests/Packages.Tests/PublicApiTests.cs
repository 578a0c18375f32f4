using System.Reflection;

namespace FastSockets.Packages.Tests;

/// <summary>
/// The public surface of each package is what PublicApi/ASSEMBLY.txt says. A change that is meant is approved by running this
/// test with FASTSOCKETS_APPROVE=1, and committing what it wrote.
/// </summary>
public sealed class PublicApiTests
{
    private static readonly Type[] s_oneOfEach =
    [
        typeof(RdmaSharp.Rdma), typeof(FallbackReason), typeof(FastSocket), typeof(AspNetCore.IFastSocketFeature),
    ];

    public static TheoryData<string> Assemblies => [.. s_oneOfEach.Select(type => type.Assembly.GetName().Name!)];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Surface_IsTheApprovedOne(string name)
    {
        Assembly assembly = s_oneOfEach.Select(type => type.Assembly).Single(one => one.GetName().Name == name);
        string surface = PublicApiPrinter.Print(assembly);
        string file = Repository.PathOf("tests", "Packages.Tests", "PublicApi", $"{name}.txt");
        if (Environment.GetEnvironmentVariable("FASTSOCKETS_APPROVE") == "1")
            File.WriteAllText(file, surface);

        string[] approved = File.ReadAllLines(file), found = surface.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal([], found.Except(approved).Select(line => $"new: {line}"));
        Assert.Equal([], approved.Except(found).Select(line => $"gone: {line}"));
        Assert.True(found.Length > 3);
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Package_IsMarkedForTrimming(string name)
    {
        Assembly assembly = s_oneOfEach.Select(type => type.Assembly).Single(one => one.GetName().Name == name);

        // What IsAotCompatible leaves in an assembly; its analyzers' warnings are errors here.
        Assert.Contains(
            assembly.GetCustomAttributes<AssemblyMetadataAttribute>(),
            attribute => attribute is { Key: "IsTrimmable", Value: "True" });
    }
}
