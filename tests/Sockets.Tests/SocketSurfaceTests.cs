using System.Reflection;

namespace FastSockets.Sockets.Tests;

/// <summary>No public member of Socket and its company is forgotten: docs/socket-api.md has a row for each.</summary>
public sealed class SocketSurfaceTests
{
    public static TheoryData<Type> Originals => [.. SocketSurface.Types.Select(pair => pair.Original)];

    [Theory]
    [MemberData(nameof(Originals))]
    public void EachMember_HasACounterpartOrARowThatSaysWhyNot(Type original)
    {
        Type ours = SocketSurface.Types.Single(pair => pair.Original == original).Ours;
        Dictionary<string, string> rows = Rows(original);

        List<string> wrong = [];
        foreach ((string signature, MemberInfo member) in SocketSurface.Members(original))
        {
            if (!rows.Remove(signature, out string? said))
                wrong.Add($"no row for {signature}");
            else if (SocketSurface.Counterpart(member, ours) is null
                && !said.StartsWith("no:", StringComparison.Ordinal))
                wrong.Add($"{signature} has no counterpart, and its row does not say why");
        }

        Assert.Equal([], wrong);
        Assert.Equal([], rows.Keys);
    }

    /// <summary>The rows of the type's table: `signature` | same, same, but ..., or no: why.</summary>
    private static Dictionary<string, string> Rows(Type original)
    {
        var rows = new Dictionary<string, string>();
        bool isIn = false;
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "socket-api.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                isIn = line.Split(' ')[1] == original.Name;
            string[] cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (isIn && cells.Length == 4 && cells[1].StartsWith('`'))
                rows.Add(cells[1].Trim('`'), cells[2]);
        }
        return rows;
    }
}
