using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using RdmaSharp;

namespace FastSockets.Benchmarks;

/// <summary>64 bytes one way through the adapters, both ends in this process: what an adapter adds, and what it allocates.</summary>
public class StreamBenchmarks
{
    private readonly byte[] _message = new byte[64];
    private FastSocket _near = null!;
    private FastSocket _far = null!;
    private FastStream _nearStream = null!;
    private FastStream _farStream = null!;
    private PipeWriter _writer = null!;
    private PipeReader _reader = null!;

    /// <summary>RDMA where there is a device (soft-roce/run gives one).</summary>
    public static IEnumerable<FastTransport> Transports =>
        Rdma.IsSupported ? [FastTransport.Rdma, FastTransport.Tcp] : [FastTransport.Tcp];

    [ParamsSource(nameof(Transports))]
    public FastTransport Transport { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var options = new FastSocketsOptions { DisableRdma = Transport == FastTransport.Tcp };
        var address = IPAddress.Parse(Environment.GetEnvironmentVariable("RDMA_ADDRESS") ?? "127.0.0.1");
        using var listener = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp, options);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen(2);
        (_near, _far) = Connect(listener, options);
        _nearStream = new FastStream(_near);
        _farStream = new FastStream(_far);
        (FastSocket near, FastSocket far) = Connect(listener, options);
        _writer = near.AsPipe().Output;
        _reader = far.AsPipe().Input;
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _writer.Complete();
        _reader.Complete();
        _nearStream.Dispose();
        _farStream.Dispose();
        _near.Dispose();
        _far.Dispose();
    }

    [Benchmark(Baseline = true)]
    public int Socket()
    {
        _near.Send(_message);
        return _far.Receive(_message);
    }

    [Benchmark]
    public int Stream()
    {
        _nearStream.Write(_message);
        return _farStream.Read(_message);
    }

    // Builders that pool: what is allocated is the adapters', not that of a Task of this method.
    [Benchmark]
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> StreamAsync()
    {
        await _nearStream.WriteAsync(_message).ConfigureAwait(false);
        return await _farStream.ReadAsync(_message).ConfigureAwait(false);
    }

    [Benchmark]
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> Pipe()
    {
        await _writer.WriteAsync(_message).ConfigureAwait(false);
        ReadResult result = await _reader.ReadAsync().ConfigureAwait(false);
        int length = (int)result.Buffer.Length;
        _reader.AdvanceTo(result.Buffer.End);
        return length;
    }

    private (FastSocket Near, FastSocket Far) Connect(FastSocket listener, FastSocketsOptions options)
    {
        Task<FastSocket> accepting = listener.AcceptAsync();
        var near = new FastSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp, options) { NoDelay = true };
        near.Connect(listener.LocalEndPoint!);
        FastSocket far = accepting.GetAwaiter().GetResult();
        return near.Transport == Transport ? (near, far) : throw new InvalidOperationException($"{near.FallbackReason}");
    }
}
