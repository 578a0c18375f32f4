using System.Globalization;
using System.Net;

namespace FastSockets.Internal;

/// <summary>
/// A setting as text: one of <see cref="FastSocketsOptions"/>'s properties, by its name in configuration and by an
/// environment variable. In the environment times are numbers, of the unit that the variable's name ends with.
/// </summary>
internal sealed class Setting
{
    public static readonly Bounds<TimeSpan> ConnectTimeouts = new(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1));
    public static readonly Bounds<TimeSpan> SpinBudgets = new(TimeSpan.Zero, TimeSpan.FromMinutes(1));
    public static readonly Bounds<TimeSpan> Remembering = new(TimeSpan.Zero, TimeSpan.FromDays(1));
    public static readonly Bounds<TimeSpan> KeepAlives = new(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    public static readonly Bounds<TimeSpan> IdleTimes = new(TimeSpan.Zero, TimeSpan.FromDays(1));
    public static readonly Bounds<int> Links = new(1, 64);
    public static readonly Bounds<int> Windows = new(2 * 1024, 1024 * 1024 * 1024);
    public static readonly Bounds<int> Thresholds = new(0, int.MaxValue);

    private readonly Form _environment;
    private readonly Form _configuration;

    private Setting(string name, string variable, Form environment, Form configuration)
    {
        Name = name;
        Variable = variable;
        _environment = environment;
        _configuration = configuration;
    }

    private Setting(string name, string variable, Form both)
        : this(name, variable, both, both)
    {
    }

    /// <summary>Every setting that has a text form.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new(nameof(FastSocketsOptions.DisableRdma), "FASTSOCKETS_DISABLE", Flag((to, value) => to.DisableRdma = value)),
        new(nameof(FastSocketsOptions.LocalPrefixes), "FASTSOCKETS_LOCAL_PREFIXES", List<IPNetwork>(
            "networks such as 10.1.0.0/16, with commas between", IPNetwork.TryParse, (to, value) => to.LocalPrefixes = value)),
        new(nameof(FastSocketsOptions.Rules), "FASTSOCKETS_RULES", List<FastSocketsRule>(
            $"rules ({FastSocketsRule.Form}) with commas between", FastSocketsRule.TryParse, (to, value) => to.Rules = value)),
        new(nameof(FastSocketsOptions.Devices), "FASTSOCKETS_DEVICES", List<string>(
            "device names with commas between", IsName, (to, value) => to.Devices = value)),
        Time(nameof(FastSocketsOptions.ConnectTimeout), "FASTSOCKETS_CONNECT_TIMEOUT_MS", ConnectTimeouts,
            (to, value) => to.ConnectTimeout = value),
        Time(nameof(FastSocketsOptions.SpinBudget), "FASTSOCKETS_SPIN_US", SpinBudgets,
            (to, value) => to.SpinBudget = value, mayBeInfinite: true),
        Time(nameof(FastSocketsOptions.RememberPeersWithout), "FASTSOCKETS_REMEMBER_PEERS_MS", Remembering,
            (to, value) => to.RememberPeersWithout = value),
        Time(nameof(FastSocketsOptions.KeepAlive), "FASTSOCKETS_KEEPALIVE_MS", KeepAlives,
            (to, value) => to.KeepAlive = value),
        Time(nameof(FastSocketsOptions.LinkIdleTime), "FASTSOCKETS_LINK_IDLE_MS", IdleTimes,
            (to, value) => to.LinkIdleTime = value),
        new(nameof(FastSocketsOptions.MaxLinksPerPeer), "FASTSOCKETS_MAX_LINKS",
            Number(Links, (to, value) => to.MaxLinksPerPeer = value)),
        new(nameof(FastSocketsOptions.ReceiveBufferSize), "FASTSOCKETS_RECEIVE_BUFFER_BYTES",
            Number(Windows, (to, value) => to.ReceiveBufferSize = value)),
        new(nameof(FastSocketsOptions.MaxReceiveBufferSize), "FASTSOCKETS_MAX_RECEIVE_BUFFER_BYTES",
            Number(Windows, (to, value) => to.MaxReceiveBufferSize = value)),
        new(nameof(FastSocketsOptions.PostThreshold), "FASTSOCKETS_POST_BYTES",
            Number(Thresholds, (to, value) => to.PostThreshold = value)),
        new(nameof(FastSocketsOptions.SendThreshold), "FASTSOCKETS_SEND_BYTES",
            Number(Thresholds, (to, value) => to.SendThreshold = value)),
        new(nameof(FastSocketsOptions.RegisterThreshold), "FASTSOCKETS_REGISTER_BYTES",
            Number(Thresholds, (to, value) => to.RegisterThreshold = value)),
    ];

    /// <summary>The property's name.</summary>
    public string Name { get; }

    /// <summary>The environment variable's name.</summary>
    public string Variable { get; }

    /// <exception cref="FormatException">There is none of that name.</exception>
    public static Setting Find(string name, string source) =>
        All.FirstOrDefault(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new FormatException(
            $"{source}:{name} is no setting (configuration). There are {string.Join(", ", All.Select(setting => setting.Name))}.");

    /// <exception cref="FormatException">The text does not do.</exception>
    public void SetFromEnvironment(FastSocketsOptions to, string text) =>
        Set(_environment, to, text, Variable, "environment variable");

    /// <exception cref="FormatException">The text does not do.</exception>
    public void SetFromConfiguration(FastSocketsOptions to, string text, string source) =>
        Set(_configuration, to, text, $"{source}:{Name}", "configuration");

    private static void Set(Form form, FastSocketsOptions to, string text, string name, string kind)
    {
        if (!form.TrySet(to, text.Trim()))
            throw new FormatException($"{name} is '{text}' ({kind}). Allowed: {form.Allowed}.");
    }

    private static Form Flag(Action<FastSocketsOptions, bool> set) => new("1, true, 0 or false", (to, text) =>
    {
        bool isTrue = text == "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase);
        set(to, isTrue);
        return isTrue || text == "0" || text.Equals("false", StringComparison.OrdinalIgnoreCase);
    });

    private static Form Number(Bounds<int> bounds, Action<FastSocketsOptions, int> set) =>
        new($"a whole number from {bounds.Least} to {bounds.Most}", (to, text) =>
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) || !bounds.Contain(value))
                return false;
            set(to, value);
            return true;
        });

    private static Setting Time(
        string name, string variable, Bounds<TimeSpan> bounds, Action<FastSocketsOptions, TimeSpan> set,
        bool mayBeInfinite = false)
    {
        (string unit, long ticks) = variable.EndsWith("_US", StringComparison.Ordinal)
            ? ("microseconds", TimeSpan.TicksPerMicrosecond)
            : ("milliseconds", TimeSpan.TicksPerMillisecond);
        string allowedNumber = $"{unit} from {bounds.Least.Ticks / ticks} to {bounds.Most.Ticks / ticks}";
        string allowedTime = $"a time hh:mm:ss.fff from {bounds.Least} to {bounds.Most}";
        return new Setting(
            name, variable,
            new Form(mayBeInfinite ? allowedNumber + ", or -1 for ever" : allowedNumber, FromNumber),
            new Form(mayBeInfinite ? allowedTime + ", or infinite" : allowedTime, FromTime));

        bool FromNumber(FastSocketsOptions to, string text)
        {
            if (mayBeInfinite && text == "-1")
                set(to, Timeout.InfiniteTimeSpan);
            else if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                && bounds.Contain(new TimeSpan(number * ticks)))
                set(to, new TimeSpan(number * ticks));
            else
                return false;
            return true;
        }

        bool FromTime(FastSocketsOptions to, string text)
        {
            // A bare number would be days.
            if (mayBeInfinite && text.Equals("infinite", StringComparison.OrdinalIgnoreCase))
                set(to, Timeout.InfiniteTimeSpan);
            else if (text.Contains(':', StringComparison.Ordinal)
                && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time) && bounds.Contain(time))
                set(to, time);
            else
                return false;
            return true;
        }
    }

    private static Form List<T>(string allowed, TryParse<T> tryParse, Action<FastSocketsOptions, T[]> set) =>
        new(allowed, (to, text) =>
        {
            var items = new List<T>();
            foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (!tryParse(part, out T? item))
                    return false;
                items.Add(item);
            }
            set(to, [.. items]);
            return true;
        });

    private static bool IsName(string text, out string name)
    {
        name = text;
        return !text.AsSpan().ContainsAny(" \t/");
    }

    private delegate bool TryParse<T>(string text, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value);

    /// <summary>A way to write a value, and what is allowed in it.</summary>
    private sealed record Form(string Allowed, Func<FastSocketsOptions, string, bool> TrySet);
}
