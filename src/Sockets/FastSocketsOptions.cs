using System.Globalization;
using FastSockets.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastSockets;

/// <summary>
/// What a program may choose about its sockets beyond what <see cref="System.Net.Sockets.Socket"/> offers. A socket
/// keeps the instance it was given and its accepted sockets share it, so change nothing once a socket uses it.
/// </summary>
public sealed class FastSocketsOptions
{
    /// <summary>
    /// The options of sockets that are given none. Set it at the start of the program: the RDMA devices are opened by
    /// the first socket that connects or listens, and log where that socket's options say.
    /// </summary>
    public static FastSocketsOptions Default { get; set; } = new();

    /// <summary>
    /// Use TCP only (<see cref="FallbackReason.Disabled"/>). The environment's <c>FASTSOCKETS_DISABLE=1</c> does so for
    /// every socket of the process.
    /// </summary>
    public bool DisableRdma { get; set; }

    /// <summary>
    /// How long a blocking call on an RDMA connection polls before it sleeps. Zero: never polls.
    /// <see cref="Timeout.InfiniteTimeSpan"/>: never sleeps. The default is <c>FASTSOCKETS_SPIN_US</c> microseconds
    /// where the environment has it (-1 is infinite), else the transport's choice for this machine.
    /// </summary>
    public TimeSpan SpinBudget { get; set; } = DefaultSpinBudget();

    /// <summary>Where the choice of transport is logged. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    private static TimeSpan DefaultSpinBudget()
    {
        string? text = Environment.GetEnvironmentVariable("FASTSOCKETS_SPIN_US");
        if (!long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long microseconds))
            return new TransportOptions().SpinBudget;
        return microseconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMicroseconds(microseconds);
    }
}
