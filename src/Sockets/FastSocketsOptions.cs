using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using FastSockets.Internal;
using FastSockets.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastSockets;

/// <summary>
/// What a program may choose about its sockets beyond what <see cref="System.Net.Sockets.Socket"/> offers: in code, from
/// configuration (<see cref="Apply"/>), or by environment variables, from which every new instance takes its defaults.
/// What code or configuration set stands above the environment, but nothing stands above <c>FASTSOCKETS_DISABLE=1</c>.
/// </summary>
/// <remarks>
/// A socket keeps the instance it was given and its accepted sockets share it, so change nothing once a socket uses it.
/// Each socket has its own <see cref="DisableRdma"/>, <see cref="LocalPrefixes"/>, <see cref="Rules"/>,
/// <see cref="SpinBudget"/> and <see cref="LoggerFactory"/>. The others are the process's: those of the first socket
/// that opens the RDMA devices, by connecting or listening, stand until the process ends.
/// </remarks>
public sealed class FastSocketsOptions
{
    private static readonly TransportOptions s_defaults = new();
    // One word, which no thread sees half of.
    private TimeSpan _spinBudget = TransportOptions.Measured;

    /// <summary>Options as the environment has them, else the defaults.</summary>
    /// <exception cref="FormatException">A <c>FASTSOCKETS_</c> variable cannot be understood; the message says which.</exception>
    public FastSocketsOptions()
        : this(Environment.GetEnvironmentVariable)
    {
    }

    internal FastSocketsOptions(Func<string, string?> environment)
    {
        foreach (Setting setting in Setting.All)
        {
            if (environment(setting.Variable) is { Length: > 0 } text)
                setting.SetFromEnvironment(this, text);
        }
    }

    /// <summary>The options of sockets that are given none. Set it at the start of the program.</summary>
    /// <exception cref="FormatException">As the constructor's, when it is read first.</exception>
    public static FastSocketsOptions Default
    {
        get => field ??= new();
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Bytes that a send by RDMA may leave to be sent later, where the socket sets no less.</summary>
    internal static int SendBufferSize => s_defaults.SlabSize;

    /// <summary>
    /// Use TCP only (<see cref="FallbackReason.Disabled"/>). The environment's <c>FASTSOCKETS_DISABLE=1</c> does so for
    /// every socket of the process, whatever stands here.
    /// </summary>
    public bool DisableRdma { get; set; }

    /// <summary>
    /// Networks whose hosts are tried by RDMA, beside those that an RDMA device reaches without a router. Default: none.
    /// </summary>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    public IReadOnlyList<IPNetwork> LocalPrefixes
    {
        get;
        set => field = [.. (value ?? throw new ArgumentNullException(nameof(value))).Select(IPNetworks.Unmapped)];
    } = [];

    /// <summary>
    /// Which hosts and ports are reached by TCP at once, and which are tried by RDMA wherever they are. The first that
    /// matches decides, before <see cref="LocalPrefixes"/> and the device's networks; a listener is matched by the
    /// address and port that it is bound to. Default: none.
    /// </summary>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    public IReadOnlyList<FastSocketsRule> Rules
    {
        get;
        set => field = [.. value ?? throw new ArgumentNullException(nameof(value))];
    } = [];

    /// <summary>The process's: the RDMA devices to use, by name as ibv_devices(1) has them. Default: none named, all used.</summary>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    public IReadOnlyList<string> Devices
    {
        get;
        set => field = [.. value ?? throw new ArgumentNullException(nameof(value))];
    } = [];

    /// <summary>
    /// The process's: how long connecting by RDMA may take before TCP is tried; 1 ms to 1 h. Default: 2 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set outside that range.</exception>
    public TimeSpan ConnectTimeout
    {
        get;
        set => field = Checked(value, Setting.ConnectTimeouts);
    } = s_defaults.ConnectTimeout;

    /// <summary>
    /// How long a blocking call on an RDMA connection polls before it sleeps; 0 (never polls) to 1 min, or
    /// <see cref="Timeout.InfiniteTimeSpan"/> (never sleeps). Default: what sleeping costs on this machine, measured. When an asynchronous
    /// call's continuation has run, a thread of the pool polls for the next for twice as long, 15 ms at most; 0: not at all. On a device that
    /// several connections share, that of the connection whose send or receive began to wait last.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set outside that range.</exception>
    public TimeSpan SpinBudget
    {
        get => TransportOptions.OrMeasured(_spinBudget);
        set => _spinBudget = value == Timeout.InfiniteTimeSpan ? value : Checked(value, Setting.SpinBudgets);
    }

    /// <summary>
    /// The process's: how long a peer that was found without Fast Sockets is reached by TCP at once; 0 (never) to 1 day.
    /// Default: 30 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set outside that range.</exception>
    public TimeSpan RememberPeersWithout
    {
        get;
        set => field = Checked(value, Setting.Remembering);
    } = s_defaults.RememberPeersWithout;

    /// <summary>
    /// The process's: how long the connections to a peer may be silent before it is asked whether it lives; 1 s to 1 h. A
    /// peer that is gone is noticed some 15 s after that. Default: 15 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set outside that range.</exception>
    public TimeSpan KeepAlive
    {
        get;
        set => field = Checked(value, Setting.KeepAlives);
    } = s_defaults.KeepAlive;

    /// <summary>
    /// The process's: how long a link without connections is kept for the next; 0 to 1 day. Default: 1 min.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set outside that range.</exception>
    public TimeSpan LinkIdleTime
    {
        get;
        set => field = Checked(value, Setting.IdleTimes);
    } = s_defaults.LinkIdleTime;

    /// <summary>The process's: links (queue pairs) to one peer up to which busy ones get another; 1 to 64. Default: 4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set outside that range.</exception>
    public int MaxLinksPerPeer
    {
        get;
        set => field = Checked(value, Setting.Links);
    } = s_defaults.MaxLinksPerPeer;

    /// <summary>
    /// The process's: bytes that a peer may send before they are received, on a socket whose own ReceiveBufferSize was not
    /// set; 2 KiB to 1 GiB. Default: 256 KiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set outside that range.</exception>
    public int ReceiveBufferSize
    {
        get;
        set => field = Checked(value, Setting.Windows);
    } = s_defaults.ReceiveWindow;

    /// <summary>
    /// The process's: what <see cref="ReceiveBufferSize"/> grows to for a fast reader; 2 KiB to 1 GiB. Less than that
    /// means that it does not grow. Default: 4 MiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set outside that range.</exception>
    public int MaxReceiveBufferSize
    {
        get;
        set => field = Checked(value, Setting.Windows);
    } = s_defaults.MaxReceiveWindow;

    /// <summary>
    /// The process's: bytes from which on a receive into memory of <see cref="FastMemoryPool"/> is posted to the peer, to be
    /// written directly; 0 or more. Where deliveries bring less on the average, most receives are not posted. Null, the default: measured on each device.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 0.</exception>
    public int? PostThreshold
    {
        get;
        set => field = Checked(value, Setting.Thresholds);
    }

    /// <summary>
    /// The process's: bytes from which on a send from memory of <see cref="FastMemoryPool"/> goes uncopied; 0 or more.
    /// Null, the default: measured on each device.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 0.</exception>
    public int? SendThreshold
    {
        get;
        set => field = Checked(value, Setting.Thresholds);
    }

    /// <summary>
    /// The process's: bytes from which on other memory is registered for one operation; 0 or more. Null, the default: never.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 0.</exception>
    public int? RegisterThreshold
    {
        get;
        set => field = Checked(value, Setting.Thresholds);
    }

    /// <summary>
    /// Where the choice of transport is logged; what the process's devices and links do is logged where the first socket's
    /// options say. Default: nowhere.
    /// </summary>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    public ILoggerFactory LoggerFactory
    {
        get;
        set
        {
            field = value ?? throw new ArgumentNullException(nameof(value));
            _logger = null;
        }
    } = NullLoggerFactory.Instance;

    private ILogger? _logger;

    /// <summary>One for all sockets: to ask a factory for it takes locks.</summary>
    internal ILogger Logger => _logger ??= LoggerFactory.CreateLogger(Log.Category);

    /// <summary>
    /// Sets what a configuration names, by the names of these properties; what it does not name stays. Times are written
    /// as hh:mm:ss.fff, lists as <c>Name:0</c>, <c>Name:1</c> or in one value with commas, rules as
    /// <see cref="FastSocketsRule.Parse"/> reads them.
    /// </summary>
    /// <param name="values">
    /// Names, in any case, and texts; empty texts are left out. Of an IConfigurationSection: AsEnumerable(makePathsRelative: true).
    /// </param>
    /// <param name="source">Where they are from, for messages: the section's path.</param>
    /// <exception cref="FormatException">A name or text that is not known; the message says which, and what is.</exception>
    public void Apply(IEnumerable<KeyValuePair<string, string?>> values, string source)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(source);
        foreach (IGrouping<string, KeyValuePair<string, string?>> named in values
            .Where(value => !string.IsNullOrEmpty(value.Value))
            .GroupBy(value => value.Key.Split(':')[0], StringComparer.OrdinalIgnoreCase))
        {
            string text = string.Join(',', named.OrderBy(IndexOf).Select(value => value.Value));
            Setting.Find(named.Key, source).SetFromConfiguration(this, text, source);
        }
    }

    /// <summary>Where an item stands in its list: Name:10 comes after Name:9, and configuration is enumerated in any order.</summary>
    private static int IndexOf(KeyValuePair<string, string?> item)
    {
        ReadOnlySpan<char> index = item.Key.AsSpan(item.Key.IndexOf(':') + 1);
        return int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int position) ? position : int.MaxValue;
    }

    /// <summary>What decides for a destination, or for what is listened on: null if no rule does.</summary>
    internal FastSocketsRule? RuleFor(string? host, IPEndPoint endPoint)
    {
        foreach (FastSocketsRule rule in Rules)
        {
            if (rule.Matches(host, endPoint.Address, endPoint.Port))
                return rule;
        }
        return null;
    }

    internal bool IsInLocalPrefix(IPAddress address)
    {
        foreach (IPNetwork prefix in LocalPrefixes)
        {
            if (prefix.Contains(address))
                return true;
        }
        return false;
    }

    internal TransportOptions ForTransport() => new()
    {
        ConnectTimeout = ConnectTimeout,
        Devices = Devices,
        KeepAlive = KeepAlive,
        LinkIdleTime = LinkIdleTime,
        MaxLinksPerPeer = MaxLinksPerPeer,
        MaxReceiveWindow = Math.Max(ReceiveBufferSize, MaxReceiveBufferSize),
        PostThreshold = PostThreshold,
        ReceiveWindow = ReceiveBufferSize,
        RegisterThreshold = RegisterThreshold,
        RememberPeersWithout = RememberPeersWithout,
        SendThreshold = SendThreshold,
        SpinBudget = _spinBudget,
    };

    private static T Checked<T>(T value, Bounds<T> bounds, [CallerMemberName] string name = "")
        where T : struct, IComparable<T> =>
        bounds.Contain(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is from {bounds.Least} to {bounds.Most}.");

    private static int? Checked(int? value, Bounds<int> bounds, [CallerMemberName] string name = "") =>
        value is { } given ? Checked(given, bounds, name) : null;
}
