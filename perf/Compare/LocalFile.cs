namespace FastSockets.Perf;

internal static class LocalFile
{
    /// <summary>Copies a file to the temporary folder; the caller deletes the copy.</summary>
    public static string Copy(string path)
    {
        string copy = Path.Combine(Path.GetTempPath(), $"fastsockets-{Environment.ProcessId}-{Path.GetFileName(path)}");
        File.Copy(path, copy, overwrite: true);
        return copy;
    }
}
