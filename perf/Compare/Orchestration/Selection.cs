namespace FastSockets.Perf;

/// <summary>PATTERN/TRANSPORT/WAIT, where each may be * or missing: a part of the comparison, for development.</summary>
internal sealed class Selection
{
    private readonly string _pattern;
    private readonly string _transport;
    private readonly string _wait;

    public Selection(string? text)
    {
        string[] parts = (text ?? "*").Split('/', 3);
        _pattern = parts[0];
        _transport = parts.Length > 1 ? parts[1] : "*";
        _wait = parts.Length > 2 ? parts[2] : "*";
    }

    /// <summary>Why the text selects nothing; null if it may.</summary>
    public static string? Error(string? text)
    {
        var selection = new Selection(text);
        return !Enum.GetValues<Pattern>().Any(selection.Includes) ? $"There is no pattern '{selection._pattern}'."
            : !Enum.GetValues<TransportKind>().Any(selection.Includes) ? $"There is no transport '{selection._transport}'."
            : !Enum.GetValues<Wait>().Any(selection.Includes) ? $"There is no wait '{selection._wait}'."
            : null;
    }

    public bool Includes(Pattern pattern) => Matches(_pattern, Names.Of(pattern));

    public bool Includes(TransportKind transport) => Matches(_transport, Names.Of(transport));

    public bool Includes(Wait wait) => Matches(_wait, Names.Of(wait));

    private static bool Matches(string wanted, string name) => wanted is "*" or "" || wanted == name;
}
