namespace FastSockets.Perf;

/// <summary>PATTERN/TRANSPORT, where either may be * or missing: a part of the comparison, for development.</summary>
internal sealed class Selection
{
    private readonly string _pattern;
    private readonly string _transport;

    public Selection(string? text)
    {
        string[] parts = (text ?? "*").Split('/', 2);
        _pattern = parts[0];
        _transport = parts.Length > 1 ? parts[1] : "*";
    }

    public bool Includes(Pattern pattern) => Matches(_pattern, Names.Of(pattern));

    public bool Includes(TransportKind transport) => Matches(_transport, Names.Of(transport));

    private static bool Matches(string wanted, string name) => wanted is "*" or "" || wanted == name;
}
