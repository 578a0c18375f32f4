using System.Numerics;
using FastSockets.Transport.Fabric;

namespace FastSockets.Transport.Protocol;

/// <summary>
/// A queue pair's send queue as this end sees it: what is outstanding, which slab each completion frees, which request is
/// signalled, and the chain that the next posting takes.
/// </summary>
internal sealed class SendRing
{
    /// <summary>At most so many requests for one that is signalled; those that free a slab or have an owner are signalled too.</summary>
    private const int MaxSignalInterval = 16;

    private const int ChainLength = 16;

    /// <summary>Of so many slabs' worth that leave together, one message wakes the receiver, and the first and the last.</summary>
    private const int SlabsForWaking = 4;

    /// <summary>Messages up to this part of a slab are short.</summary>
    private const int ShortMessage = 16;

    private readonly IQueuePair _queuePair;
    private readonly SendSlabs _slabs;
    private readonly int _depth;
    private readonly int _slabSize;
    // By request id, which wraps at 2^32: so its length is a power of two, whatever the queue's depth.
    private readonly Entry[] _entries;
    // Short enough that a send queue with no room for data always has a signalled request in it, whose completion makes room.
    private readonly int _signalInterval;
    private readonly SendRequest[] _chain = new SendRequest[ChainLength];
    private int _chained;
    private uint _posted;
    private uint _completed;
    private uint _signaled;
    private int _unsignaled;
    private int _unsignaledBytes;

    // A bundle is being posted by a thread that does not hold the link's lock, but this one. Set under both; cleared when it has been
    // posted: who holds the link's lock and finds it clear may post.
    private readonly Lock _posting = new();
    private volatile bool _isDetached;

    // The queue pair has taken something no more. What would go behind that must not: the peer would see a gap, and a completion
    // would vouch for what was not taken. Under the link's lock, or while detached.
    private volatile bool _isRefused;

    // The slab in which small messages are packed.
    private int _packSlab = -1;
    private int _packed;

    // Slabs that outstanding requests may still read, and behind which of them they are free.
    private readonly Queue<(int Slab, uint End)> _retired = new();
    private uint _retiredEnd;

    /// <summary>What the completion of a request frees, and whom it concerns.</summary>
    private struct Entry
    {
        public int Slab;
        public int Bulk;
        public ISendOwner? Owner;
    }

    /// <param name="queuePair">Whose send queue it is.</param>
    /// <param name="slabs">Where messages are staged.</param>
    /// <param name="first">The first request's id.</param>
    public SendRing(IQueuePair queuePair, SendSlabs slabs, uint first = 0)
    {
        _queuePair = queuePair;
        _slabs = slabs;
        _depth = queuePair.SendQueueDepth;
        _slabSize = slabs.SlabSize;
        _entries = new Entry[BitOperations.RoundUpToPowerOf2((uint)_depth)];
        _posted = _completed = _signaled = _retiredEnd = first;
        _signalInterval = Math.Clamp(_depth / 4, 1, MaxSignalInterval);
    }

    public int Free => _depth - UnderWay;

    /// <summary>Requests that are not known to be done.</summary>
    public int UnderWay => (int)(_posted - _completed);

    /// <summary>So many requests under way have one that is signalled among them.</summary>
    public int SignalInterval => _signalInterval;

    /// <summary>Requests under way that somebody waits for.</summary>
    public int Awaited { get; private set; }

    /// <summary>Requests under way whose owner is to be told, but goes on meanwhile.</summary>
    public int Pipelined { get; private set; }

    /// <summary>
    /// Bytes posted and not known to have arrived, those of short messages left out; all but the last slab's worth of them will be
    /// reported.
    /// </summary>
    public long BulkOnTheWay { get; private set; }

    /// <summary>A message of so many bytes waits for nobody's turn, and nobody waits for its.</summary>
    public bool IsShort(int length) => length <= _slabSize / ShortMessage;

    public bool HasRetired => _retired.Count > 0;

    /// <summary>Requests added since the link began.</summary>
    public uint Posted => _posted;

    /// <summary>Requests completed since the link began.</summary>
    public uint Completed => _completed;

    /// <summary>The last request is signalled: its completion tells of all.</summary>
    public bool EndsSignaled => _signaled == _posted;

    /// <summary>A signalled request is outstanding.</summary>
    public bool AwaitsCompletion => (int)(_signaled - _completed) > 0;

    public bool IsIdle => _posted == _completed;

    /// <summary>
    /// Finds registered memory for <paramref name="length"/> bytes to send. Small messages share slabs; a message of half
    /// a slab or more has one to itself, named by <paramref name="ownSlab"/>, which is then to be passed to <see cref="Add"/>.
    /// </summary>
    public bool TryStage(int length, out nint address, out uint key, out int ownSlab)
    {
        ownSlab = -1;
        if (length >= _slabSize / 2)
        {
            if (!_slabs.TryRent(0, out ownSlab))
            {
                address = 0;
                key = 0;
                return false;
            }

            address = _slabs.Address(ownSlab);
            key = _slabs.Key(ownSlab);
            return true;
        }

        if (!CanStage(length))
        {
            address = 0;
            key = 0;
            return false;
        }

        address = _slabs.Address(_packSlab) + _packed;
        key = _slabs.Key(_packSlab);
        _packed += length;
        return true;
    }

    /// <summary>Makes sure that a small message can be staged next.</summary>
    public bool CanStage(int length)
    {
        if (IsIdle)
            _packed = 0;

        if (_packSlab >= 0 && _packed + length <= _slabSize)
            return true;

        if (!_slabs.TryRent(0, out int fresh))
            return false;

        if (_packSlab >= 0)
            Retire(_packSlab);

        _packSlab = fresh;
        _packed = 0;
        return true;
    }

    /// <summary>Adds a request to the chain. Only while <see cref="Free"/> is above zero.</summary>
    /// <param name="request">All but its id.</param>
    /// <param name="freedSlab">The slab that its completion frees, or -1.</param>
    /// <param name="owner">Who is told of its completion.</param>
    /// <param name="isBundle">It is many short messages.</param>
    /// <returns>False when the queue pair takes no more.</returns>
    public bool Add(in SendRequest request, int freedSlab, ISendOwner? owner = null, bool isBundle = false)
    {
        ref SendRequest entry = ref _chain[_chained++];
        entry = request;
        Count(ref entry, freedSlab, owner, isBundle);
        // Inline data is the caller's memory, to be read before it returns.
        return (_chained < ChainLength && (request.Flags & SendFlags.Inline) == 0) || Flush();
    }

    /// <summary>
    /// The bundle is the next request; this thread calls <see cref="PostDetached"/> when it has released the link's lock, so that others
    /// can go on. What they post goes behind it. Only after <see cref="Flush"/>.
    /// </summary>
    public void Detach(ref SendRequest bundle, int slab)
    {
        Count(ref bundle, slab, owner: null, isBundle: true);
        _isDetached = true;
        _posting.Enter();
    }

    /// <summary>Not under the link's lock.</summary>
    public bool PostDetached(in SendRequest bundle)
    {
        try
        {
            return Post(new ReadOnlySpan<SendRequest>(in bundle));
        }
        finally
        {
            _isDetached = false;
            _posting.Exit();
        }
    }

    /// <summary>A bundle is being posted beside the link's lock.</summary>
    public bool IsDetached => _isDetached;

    private void Count(ref SendRequest request, int freedSlab, ISendOwner? owner, bool isBundle)
    {
        int length = request.Payload;
        _unsignaledBytes += length;
        int bulk = isBundle || IsShort(length) ? 0 : length;
        BulkOnTheWay += bulk;
        EntryOf(_posted) = new Entry { Slab = freedSlab, Bulk = bulk, Owner = owner };
        CountOwner(owner, 1);
        request.Id = Completion.SendBit | _posted++;
        // Slabs that were retired since the last one that is signalled wait for this.
        bool isSignaled = (request.Flags & SendFlags.Signaled) != 0 || (int)(_retiredEnd - _signaled) > 0;
        if (isSignaled || freedSlab >= 0 || owner is not null || ++_unsignaled >= _signalInterval
            || _unsignaledBytes >= _slabSize)
        {
            request.Flags |= SendFlags.Signaled;
            _unsignaled = 0;
            _unsignaledBytes = 0;
            _signaled = _posted;
        }
    }

    private void CountOwner(ISendOwner? owner, int change)
    {
        if (owner is { IsAwaited: true })
            Awaited += change;
        else if (owner is not null)
            Pipelined += change;
    }

    /// <summary>Gives back a slab of which a part may be on its way.</summary>
    public void Retire(int slab)
    {
        if (IsIdle)
        {
            _slabs.Return(slab);
            return;
        }

        _retired.Enqueue((slab, _posted));
        _retiredEnd = _posted;
    }

    /// <summary>Posts the chain.</summary>
    public bool Flush()
    {
        if (_chained == 0)
            return true;

        if (!_isDetached)
            return PostChain();

        lock (_posting)
            return PostChain();
    }

    private bool PostChain()
    {
        Span<SendRequest> chain = _chain.AsSpan(0, _chained);
        _chained = 0;
        SpareWakeUps(chain);
        return Post(chain);
    }

    /// <summary>
    /// A receiver that is woken for each message of many gets nothing else done. It is for the first, so as not to lie asleep while
    /// the others come; and for the last, behind which there may be nothing for long.
    /// </summary>
    private void SpareWakeUps(Span<SendRequest> chain)
    {
        if ((chain[^1].Flags & SendFlags.Solicited) == 0)
            return;

        int enough = SlabsForWaking * _slabSize;
        int untold = enough;
        foreach (ref SendRequest request in chain[..^1])
        {
            untold += request.Payload;
            if ((request.Flags & SendFlags.Solicited) == 0)
                continue;

            if (untold < enough)
                request.Flags &= ~SendFlags.Solicited;
            else
                untold = 0;
        }
    }

    private bool Post(ReadOnlySpan<SendRequest> requests)
    {
        _isRefused = _isRefused || !_queuePair.Post(requests);
        return !_isRefused;
    }

    /// <summary>
    /// A signalled request has completed, and with it all before it; or it has failed, and those before it have not.
    /// False: the id was never outstanding.
    /// </summary>
    public bool TryComplete(ulong id, bool succeeded)
    {
        uint end = (uint)id + 1;
        if (end - _completed > _posted - _completed)
            return false;

        while (_completed != end)
        {
            ref Entry slot = ref EntryOf(_completed++);
            Entry entry = slot;
            slot = default;
            BulkOnTheWay -= entry.Bulk;
            if (entry.Slab >= 0)
                _slabs.Return(entry.Slab);

            if (entry.Owner is null)
                continue;

            CountOwner(entry.Owner, -1);
            entry.Owner.OnSendDone(succeeded || _completed != end);
        }

        while (_retired.TryPeek(out (int Slab, uint End) retired) && (int)(_completed - retired.End) >= 0)
            _slabs.Return(_retired.Dequeue().Slab);

        return true;
    }

    private ref Entry EntryOf(uint id) => ref _entries[id & (_entries.Length - 1)];

    /// <summary>Gives all slabs back. Only when the queue pair is gone: nothing reads them any more.</summary>
    public void Release()
    {
        while (_posted != _completed)
            TryComplete(Completion.SendBit | _completed, succeeded: false);

        if (_packSlab >= 0)
            _slabs.Return(_packSlab);

        while (_retired.TryDequeue(out (int Slab, uint End) retired))
            _slabs.Return(retired.Slab);

        _packSlab = -1;
    }
}
