using System.Collections.Concurrent;
using FastSockets.Transport.Fabric;

namespace FastSockets.Transport.Memory;

/// <summary>
/// What a device knows of memory that is not its slabs: the registrations of pool chunks, the loans of posted receives, and
/// regions for single operations. Thread safe.
/// </summary>
internal sealed class DeviceMemory : IDisposable
{
    /// <summary>Bytes registered at most for one operation: more would pin memory for long, and be refused by common limits.</summary>
    private const int MostForOne = 16 * 1024 * 1024;

    /// <summary>Windows and regions kept for the next loan of the same kind.</summary>
    private const int MaxSpares = 256;

    private readonly IFabricDevice _device;
    private readonly ConcurrentDictionary<PoolChunk, IRegisteredMemory?> _chunks = new();
    private readonly Lock _lock = new();
    private readonly Stack<IMemoryWindow> _windows = new();
    private readonly Stack<Loan> _loans = new();

    // Regions lent before, by their first byte: a program receives into the same buffers again and again.
    private readonly Dictionary<nint, (int Length, IRegisteredMemory Region)> _exact = [];
    private readonly bool _hasWindows;
    private long _registrations;
    private bool _isDisposed;

    public DeviceMemory(IFabricDevice device, MemoryThresholds thresholds)
    {
        _device = device;
        Thresholds = thresholds;
        if (device.TryCreateWindow() is { } window)
        {
            _windows.Push(window);
            _hasWindows = true;
        }

        PoolChunk.Attach(this);
    }

    public MemoryThresholds Thresholds { get; }

    /// <summary>Registrations made so far, those for single operations included.</summary>
    public long Registrations => Interlocked.Read(ref _registrations);

    /// <summary>The local key of pool memory; false for other memory, and where the device registers no more.</summary>
    public bool TryGetKey(nint address, int length, out uint key)
    {
        IRegisteredMemory? region = PoolChunk.Find(address, length) is { } chunk ? RegionOf(chunk) : null;
        key = region?.LocalKey ?? 0;
        return region is not null;
    }

    /// <summary>Whether a receive into this memory is worth posting.</summary>
    public bool CanLend(nint address, int length) =>
        length > 0 && length >= Thresholds.Post && (length >= Thresholds.Register || PoolChunk.Find(address, length) is not null);

    /// <summary>Prepares to lend a range, or the first part of a very long one; null when the device has no room for it. Not bound yet where there is a window.</summary>
    public Loan? TryLend(nint address, int length)
    {
        if (PoolChunk.Find(address, length) is null)
            length = Math.Min(length, MostForOne);

        IMemoryWindow? window = null;
        if (_hasWindows && !TryRentWindow(out window))
            return null;

        IRegisteredMemory? region = null;
        bool isExact = false;
        if (window is not null && _device.WindowsAreBounded && PoolChunk.Find(address, length) is { } chunk)
            region = RegionOf(chunk);

        if (region is null)
        {
            isExact = true;
            region = TakeExact(address, length) ??
                TryRegister(address, length, _hasWindows ? RegisteredFor.Windows : RegisteredFor.RemoteWrites);
        }

        if (region is null)
        {
            if (window is not null)
                Keep(window);

            return null;
        }

        window?.Renew();
        Loan loan = RentLoan();
        loan.Set(address, length, window, region, isExact);
        return loan;
    }

    /// <summary>Takes back what a loan was made of. It has been revoked, or never was bound.</summary>
    public void Return(Loan loan)
    {
        if (loan.Window is { } window)
            Keep(window);

        if (loan is { IsExact: true, Region: { } region })
        {
            // What a program pins for one operation is not kept registered: it may be freed or moved.
            bool isReusable = _hasWindows && PoolChunk.Find(loan.Address, loan.Length) is not null;
            if (!isReusable || !TryKeepExact(loan.Address, loan.Length, region))
                region.Dispose();
        }

        loan.Set(0, 0, null, null, false);
        lock (_lock)
        {
            if (_loans.Count < MaxSpares)
                _loans.Push(loan);
        }
    }

    /// <summary>Registers pinned memory for one operation; null when it is too much, or the device takes no more.</summary>
    public IRegisteredMemory? TryRegister(nint address, int length) =>
        length <= MostForOne ? TryRegister(address, length, RegisteredFor.LocalUse) : null;

    /// <summary>The chunk's memory is about to be freed.</summary>
    public void Forget(PoolChunk chunk)
    {
        if (_chunks.TryRemove(chunk, out IRegisteredMemory? region))
            region?.Dispose();

        lock (_lock)
        {
            foreach ((nint address, (_, IRegisteredMemory exact)) in _exact.ToArray())
            {
                if (address < chunk.Address || address >= chunk.Address + chunk.Length)
                    continue;

                _exact.Remove(address);
                exact.Dispose();
            }
        }
    }

    /// <summary>Deregisters everything. No operation may be under way.</summary>
    public void Dispose()
    {
        PoolChunk.Detach(this);
        lock (_lock)
        {
            _isDisposed = true;
            while (_windows.TryPop(out IMemoryWindow? window))
                window.Dispose();

            foreach ((_, IRegisteredMemory region) in _exact.Values)
                region.Dispose();

            _exact.Clear();
        }

        foreach (IRegisteredMemory? region in _chunks.Values)
            region?.Dispose();

        _chunks.Clear();
    }

    /// <summary>Registers the chunk on first use. What cannot be registered is remembered as such, and copied.</summary>
    private IRegisteredMemory? RegionOf(PoolChunk chunk)
    {
        if (_chunks.TryGetValue(chunk, out IRegisteredMemory? region))
            return region;

        lock (_lock)
        {
            if (_isDisposed || _chunks.TryGetValue(chunk, out region))
                return region;

            region = TryRegister(chunk.Address, chunk.Length, _hasWindows ? RegisteredFor.Windows : RegisteredFor.LocalUse);
            _chunks[chunk] = region;
            return region;
        }
    }

    private IRegisteredMemory? TryRegister(nint address, int length, RegisteredFor use)
    {
        try
        {
            IRegisteredMemory region = _device.Register(address, length, use);
            Interlocked.Increment(ref _registrations);
            return region;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private IRegisteredMemory? TakeExact(nint address, int length)
    {
        lock (_lock)
        {
            if (!_exact.Remove(address, out (int Length, IRegisteredMemory Region) known))
                return null;

            if (known.Length == length)
                return known.Region;

            known.Region.Dispose();
            return null;
        }
    }

    private bool TryKeepExact(nint address, int length, IRegisteredMemory region)
    {
        lock (_lock)
            return !_isDisposed && _exact.Count < MaxSpares && _exact.TryAdd(address, (length, region));
    }

    private bool TryRentWindow(out IMemoryWindow? window)
    {
        lock (_lock)
        {
            if (_windows.TryPop(out window))
                return true;
        }

        window = _device.TryCreateWindow();
        return window is not null;
    }

    private void Keep(IMemoryWindow window)
    {
        lock (_lock)
        {
            if (!_isDisposed && _windows.Count < MaxSpares)
            {
                _windows.Push(window);
                return;
            }
        }

        window.Dispose();
    }

    private Loan RentLoan()
    {
        lock (_lock)
            return _loans.TryPop(out Loan? loan) ? loan : new Loan();
    }
}
