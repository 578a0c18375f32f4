using FastSockets.Transport.Protocol;

namespace FastSockets.Transport;

/// <summary>
/// The links to one address and port: the one that connecting made, and further ones that come beside it while all that
/// there are are busy. Nobody waits for those, and they move no connection: they are for those to come. Thread safe; to choose
/// takes no lock.
/// </summary>
/// <param name="first">The link that there is.</param>
/// <param name="makeAnother">Makes another; null when there is to be none now. Does not throw.</param>
/// <param name="pause">After that, how long it is not asked for again, in milliseconds.</param>
internal sealed class PeerLinks(Link first, Func<Link, Task<Link?>> makeAnother, long pause = PeerLinks.Pause)
{
    private const long Pause = 10_000;

    // In the order in which they were made. Replaced as a whole.
    private Link[] _links = [first];
    private long _pausedUntil = long.MinValue;
    private int _isMaking;

    /// <summary>
    /// The link for a new connection; null when all have ended, which may happen to the chosen one as well. While one is busy, the
    /// least loaded; else the oldest, so that the others come to be idle, and end.
    /// </summary>
    public Link? Choose()
    {
        Link? oldest = null, least = null;
        bool isOneBusy = false, isLeastBusy = false;
        foreach (Link link in Volatile.Read(ref _links))
        {
            if (link.HasEnded)
                continue;

            bool isBusy = link.IsBusy;
            isOneBusy |= isBusy;
            oldest ??= link;
            if (least is null || (isBusy, link.ConnectionCount).CompareTo((isLeastBusy, least.ConnectionCount)) < 0)
                (least, isLeastBusy) = (link, isBusy);
        }

        if (!isOneBusy)
            return oldest;

        if (isLeastBusy)
            MakeAnother(least!);

        return least;
    }

    private async void MakeAnother(Link beside)
    {
        if (Environment.TickCount64 < Volatile.Read(ref _pausedUntil) || Interlocked.Exchange(ref _isMaking, 1) != 0)
            return;

        if (await makeAnother(beside).ConfigureAwait(false) is { HasEnded: false } made)
            Volatile.Write(ref _links, [.. _links.Where(link => !link.HasEnded), made]);
        else
            Volatile.Write(ref _pausedUntil, Environment.TickCount64 + pause);

        Volatile.Write(ref _isMaking, 0);
    }
}
