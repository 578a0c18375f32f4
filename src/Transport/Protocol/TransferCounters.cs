namespace FastSockets.Transport.Protocol;

/// <summary>
/// What has gone over a connection or a link since it began. Written under the link's lock, read by anybody at any time: each
/// number is right, two of them need not be of the same moment.
/// </summary>
internal struct TransferCounters
{
    /// <summary>Payload bytes posted. They are the sum of <see cref="BytesInlined"/>, <see cref="BytesStaged"/> and <see cref="BytesSentUncopied"/>.</summary>
    public long BytesSent;

    /// <summary>Payload bytes that have arrived, whether or not anybody has received them.</summary>
    public long BytesReceived;

    /// <summary>Bytes copied into the work request.</summary>
    public long BytesInlined;

    /// <summary>Bytes copied once into a registered slab to be sent.</summary>
    public long BytesStaged;

    /// <summary>Bytes sent from where they were, in registered memory.</summary>
    public long BytesSentUncopied;

    /// <summary>Of the bytes sent, those written into the peer's posted receives.</summary>
    public long BytesSentDirect;

    /// <summary>Bytes copied from their slab to the caller's memory: one copy.</summary>
    public long BytesCopiedOut;

    /// <summary>Bytes copied from their slab to the connection's own memory, because nobody had asked for them.</summary>
    public long BytesSpilled;

    /// <summary>Bytes copied from there to the caller's memory: their second copy.</summary>
    public long BytesCopiedFromSpill;

    /// <summary>Bytes that the peer's device wrote into the caller's memory: no copy.</summary>
    public long BytesReceivedDirect;

    /// <summary>Bytes handed to the caller in the slabs that they arrived in: no copy.</summary>
    public long BytesHandedOut;

    public long AdvertsSent;

    /// <summary>Posted receives that the peer delivered into.</summary>
    public long AdvertsUsed;

    /// <summary>Adverts that crossed eager data and so were void.</summary>
    public long AdvertsStale;

    /// <summary>Posted receives that their caller wanted back.</summary>
    public long AdvertsRevoked;

    /// <summary>Sends that were kept to leave in one message with what follows.</summary>
    public long SendsGathered;

    /// <summary>Short sends that left in one message with others, of whichever connections; counted of links only.</summary>
    public long SendsBundled;

    /// <summary>Times that data had to wait for link credits, places in the send queue or send slabs.</summary>
    public long LinkStalls;

    /// <summary>Times that data had to wait for the peer's window.</summary>
    public long WindowStalls;

    public void Add(in TransferCounters other)
    {
        BytesSent += other.BytesSent;
        BytesReceived += other.BytesReceived;
        BytesInlined += other.BytesInlined;
        BytesStaged += other.BytesStaged;
        BytesSentUncopied += other.BytesSentUncopied;
        BytesSentDirect += other.BytesSentDirect;
        BytesCopiedOut += other.BytesCopiedOut;
        BytesSpilled += other.BytesSpilled;
        BytesCopiedFromSpill += other.BytesCopiedFromSpill;
        BytesReceivedDirect += other.BytesReceivedDirect;
        BytesHandedOut += other.BytesHandedOut;
        AdvertsSent += other.AdvertsSent;
        AdvertsUsed += other.AdvertsUsed;
        AdvertsStale += other.AdvertsStale;
        AdvertsRevoked += other.AdvertsRevoked;
        SendsGathered += other.SendsGathered;
        SendsBundled += other.SendsBundled;
        LinkStalls += other.LinkStalls;
        WindowStalls += other.WindowStalls;
    }
}
