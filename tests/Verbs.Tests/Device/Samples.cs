namespace RdmaSharp.Tests.Device;

internal static class Samples
{
    /// <summary>The built program of a sample, which the build puts beside the tests.</summary>
    internal static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, name);
}
