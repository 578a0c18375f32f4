namespace RdmaSharp;

/// <summary>The state of a port: <c>enum ibv_port_state</c>, ibv_query_port(3).</summary>
public enum PortState
{
    /// <summary>Nothing is known.</summary>
    Nop = 0,

    /// <summary>No link.</summary>
    Down = 1,

    /// <summary>Link, not configured.</summary>
    Init = 2,

    /// <summary>Configured, not active.</summary>
    Armed = 3,

    /// <summary>Carries traffic.</summary>
    Active = 4,

    /// <summary>Active, and the link is failing.</summary>
    ActiveDefer = 5,
}
