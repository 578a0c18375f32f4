namespace FastSockets.Perf;

/// <summary>A copy of a file in a temporary folder of its own, until disposed.</summary>
internal sealed class LocalFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastsockets-");

    public LocalFile(string source)
    {
        Path = System.IO.Path.Combine(_folder.FullName, System.IO.Path.GetFileName(source));
        File.Copy(source, Path);
    }

    public string Path { get; }

    public void Dispose() => _folder.Delete(recursive: true);
}
