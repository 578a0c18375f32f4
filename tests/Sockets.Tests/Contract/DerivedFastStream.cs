namespace FastSockets.Sockets.Tests.Contract;

/// <summary>A FastStream whose overrides say that they were called.</summary>
internal sealed class DerivedFastStream(FastSocket socket, List<string> calls) : FastStream(socket)
{
    public override int Read(byte[] buffer, int offset, int count)
    {
        calls.Add("Read array");
        return base.Read(buffer, offset, count);
    }

    public override int Read(Span<byte> buffer)
    {
        calls.Add("Read span");
        return base.Read(buffer);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        calls.Add("ReadAsync array");
        return base.ReadAsync(buffer, offset, count, cancellationToken);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        calls.Add("ReadAsync memory");
        return base.ReadAsync(buffer, cancellationToken);
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        calls.Add("Write array");
        base.Write(buffer, offset, count);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        calls.Add("Write span");
        base.Write(buffer);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        calls.Add("WriteAsync array");
        return base.WriteAsync(buffer, offset, count, cancellationToken);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        calls.Add("WriteAsync memory");
        return base.WriteAsync(buffer, cancellationToken);
    }
}
