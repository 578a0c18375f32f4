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

    /// <summary>Why the text selects nothing; null if it may.</summary>
    public static string? Error(string? text)
    {
        var selection = new Selection(text);
        return !Enum.GetValues<Pattern>().Any(selection.Includes) ? $"There is no pattern '{selection._pattern}'."
            : !Enum.GetValues<TransportKind>().Any(selection.Includes) ? $"There is no transport '{selection._transport}'."
            : null;
    }

    public bool Includes(Pattern pattern) => Matches(_pattern, Names.Of(pattern));

    public bool Includes(TransportKind transport) => Matches(_transport, Names.Of(transport));

    private static bool Matches(string wanted, string name) => wanted is "*" or "" || wanted == name;
}
