using System.Diagnostics;
using System.Text;

namespace RdmaSharp.Tests.Unit;

public sealed class LayoutTests
{
    [Fact]
    public void Facts_AgreeWithTheInstalledHeaders()
    {
        string folder = Directory.CreateTempSubdirectory("rdmasharp-layout").FullName;
        try
        {
            string[] actual = RunProbe(folder);
            string[] expected = [.. LayoutFacts.All.Select(fact => fact.ToString())];
            Assert.Equal(expected, actual);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public unsafe void PortAttributes_AreLargerThanAnyKnownVersion() =>
        Assert.True(sizeof(PortAttributes) >= 56, "rdma-core 65 has 56 bytes");

    [Theory]
    [InlineData("abi-x86_64.txt")]
    [InlineData("abi-arm64.txt")]
    public void Facts_AgreeWithTheOracle(string file)
    {
        Dictionary<(char, string), long> oracle = ReadOracle(Path.Combine(AppContext.BaseDirectory, "Oracle", file));
        var compared = 0;
        Assert.Multiple([.. LayoutFacts.All.Select(fact => (Action)(() => Compare(fact)))]);
        Assert.True(compared > 300, $"only {compared} facts are in {file}");

        void Compare(LayoutFact fact)
        {
            if (!oracle.TryGetValue((fact.Kind, fact.Name), out long value))
                return;
            compared++;
            Assert.Equal($"{fact.Kind} {fact.Name} {value}", fact.ToString());
        }
    }

    private static string[] RunProbe(string folder)
    {
        var source = new StringBuilder(
            "#include <stddef.h>\n#include <stdio.h>\n#include <infiniband/verbs.h>\n#include <rdma/rdma_cma.h>\n" +
            "int main(void)\n{\n");
        foreach (LayoutFact fact in LayoutFacts.All)
            source.Append($"    printf(\"{fact.Kind} {fact.Name} %lld\\n\", (long long)({fact.Expression}));\n");
        source.Append("    return 0;\n}\n");
        string path = Path.Combine(folder, "probe");
        File.WriteAllText(path + ".c", source.ToString());
        Run("gcc", "-o", path, path + ".c");
        return Run(path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {errors.Result} (needs gcc, libibverbs-dev, librdmacm-dev)");
        return output;
    }

    private static Dictionary<(char Kind, string Name), long> ReadOracle(string path) =>
        File.ReadLines(path)
            .Where(line => line.Length > 0 && line[0] is 'S' or 'F' or 'O' or 'E')
            .Select(line => line.Split(' '))
            .ToDictionary(words => (words[0][0], words[1]), words => long.Parse(words[2]));
}
