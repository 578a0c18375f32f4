using System.Runtime.CompilerServices;

namespace FastSockets.Transport.Protocol;

/// <summary>What a link keeps its connections in order for.</summary>
internal enum Membership
{
    /// <summary>Has unsent data and room in the peer's window.</summary>
    Ready,

    /// <summary>Has something to say in a control message.</summary>
    Control,

    /// <summary>Has something to say that nobody waits for.</summary>
    Patient,

    /// <summary>Keeps slabs with unread bytes.</summary>
    Holder,

    /// <summary>Waits for something that must not take for ever.</summary>
    Watched,
}

/// <summary>A connection's places in its link's lists.</summary>
[InlineArray(5)]
internal struct ConnectionNodes
{
    private ConnectionNode _first;
}

internal struct ConnectionNode
{
    public Connection? Before;
    public Connection? After;
    public bool IsIn;
}

/// <summary>Connections in order of arrival, without allocation: the nodes are in the connections.</summary>
internal sealed class ConnectionList(Membership membership)
{
    private Connection? _first;
    private Connection? _last;

    public bool IsEmpty => _first is null;

    public Connection? First => _first;

    /// <summary>Adds it at the end, unless it is in already.</summary>
    public void Add(Connection connection)
    {
        ref ConnectionNode node = ref Node(connection);
        if (node.IsIn)
            return;

        node = new ConnectionNode { IsIn = true, Before = _last };
        if (_last is null)
            _first = connection;
        else
            Node(_last).After = connection;

        _last = connection;
    }

    public Connection? Next(Connection connection) => Node(connection).After;

    public Connection? RemoveFirst()
    {
        Connection? first = _first;
        if (first is not null)
            Remove(first);

        return first;
    }

    public void Remove(Connection connection)
    {
        ref ConnectionNode node = ref Node(connection);
        if (!node.IsIn)
            return;

        if (node.Before is null)
            _first = node.After;
        else
            Node(node.Before).After = node.After;

        if (node.After is null)
            _last = node.Before;
        else
            Node(node.After).Before = node.Before;

        node = default;
    }

    public void Clear()
    {
        while (RemoveFirst() is not null)
        {
        }
    }

    private ref ConnectionNode Node(Connection connection) => ref connection.Nodes[(int)membership];
}
