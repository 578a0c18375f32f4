namespace FastSockets.Transport.Protocol;

/// <summary>A link's connections by index. Freed indexes are used again, with the next generation.</summary>
internal sealed class ConnectionTable
{
    private Entry[] _entries = new Entry[8];
    private int _used;
    private int _firstFree = -1;

    private struct Entry
    {
        public Connection? Connection;
        public uint Generation;
        public int NextFree;
    }

    public int Count { get; private set; }

    /// <summary>False when every index is taken.</summary>
    public bool TryAdd(Connection connection, out ConnectionId id)
    {
        int index = _firstFree;
        if (index >= 0)
            _firstFree = _entries[index].NextFree;
        else if (_used > ConnectionId.MaxIndex)
        {
            id = default;
            return false;
        }
        else
        {
            index = _used++;
            if (index == _entries.Length)
                Array.Resize(ref _entries, _entries.Length * 2);
        }

        ref Entry entry = ref _entries[index];
        entry.Connection = connection;
        id = new ConnectionId((uint)index, entry.Generation);
        Count++;
        return true;
    }

    public void Remove(ConnectionId id)
    {
        ref Entry entry = ref _entries[id.Index];
        entry.Connection = null;
        entry.Generation = new ConnectionId(0, entry.Generation + 1).Generation;
        entry.NextFree = _firstFree;
        _firstFree = (int)id.Index;
        Count--;
    }

    /// <summary>The connection that a data message names; null when there is none.</summary>
    public Connection? Find(uint index) => index < (uint)_used ? _entries[index].Connection : null;

    /// <summary>The connection that a control message names; null when it has ended or never was.</summary>
    public Connection? Find(ConnectionId id) =>
        id.Index < (uint)_used && _entries[id.Index].Generation == id.Generation ? _entries[id.Index].Connection : null;

    /// <summary>Every connection, in index order; the table may change while this is walked.</summary>
    public IEnumerable<Connection> All()
    {
        for (int i = 0; i < _used; i++)
            if (_entries[i].Connection is { } connection)
                yield return connection;
    }
}
