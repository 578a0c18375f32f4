using FastSockets.Transport.Protocol;
using RdmaSharp;

namespace FastSockets.Integration.Tests.Hostile;

/// <summary>Violations of the protocol, each with what the victim's log must say of it.</summary>
internal static class Attacks
{
    private const uint FarAhead = 0x7000_0000;

    public static IReadOnlyDictionary<string, (string Reason, Action<Encounter> Run)> All { get; } =
        new Dictionary<string, (string, Action<Encounter>)>
        {
            ["control of no bytes"] = (Malformed, at => at.Peer.Send([])),
            ["control of one byte"] = (Malformed, at => at.Peer.Send([ControlMessage.Version])),
            ["control cut off in the header"] = (Malformed, at => at.Peer.Send(at.Peer.Control().AsSpan(0, 7))),
            ["control of another version"] = (Malformed, at => Changed(at, 0, 2)),
            ["control with a reserved byte"] = (Malformed, at => Changed(at, 1, 1)),
            ["control shorter than it says"] = (Malformed, at => Changed(at, 2, 255)),
            ["control longer than it says"] = (Malformed, at => Changed(at, 2, ControlMessage.HeaderSize)),
            ["control cut off in an entry"] = (BadEntry, at => Cut(at, by: 9)),
            ["control with half an entry behind"] = (BadEntry, at => Cut(at, by: 15)),
            ["entry of no kind"] = (BadEntry, at => Changed(at, 8, 0)),
            ["entry of an unknown kind"] = (BadEntry, at => Changed(at, 8, 200)),
            ["entry of the wrong length"] = (BadEntry, at => Changed(at, 9, 8)),
            ["entry of length zero"] = (BadEntry, at => Changed(at, 9, 0)),
            ["entry beyond the message"] = (BadEntry, at => Changed(at, 9, 255)),
            ["credits taken back"] = (CreditsBack, at => Granting(at, at.Peer.Granted - 1)),
            ["credits taken back by an immediate"] = (CreditsBack, at =>
                at.Peer.Send([1], new Immediate(at.Id.Index, at.Peer.Granted - 1).Value)),
            ["credits beyond what can be told apart"] = (CreditsBack, at => Granting(at, at.Peer.Granted + 1024)),
            ["credits absurdly many"] = (CreditsBack, at => Granting(at, at.Peer.Granted + FarAhead)),
            ["credits wrapped around"] = (CreditsBack, at => Granting(at, uint.MaxValue)),
            ["window taken back"] = ("it takes window back", at => Window(at, 10)),
            ["window absurdly large"] = ("it takes window back", at => Window(at, ulong.MaxValue)),
            ["window beyond 31 bits"] = ("it takes window back", at => Window(at, 1UL << 40)),
            ["data for no connection"] = ("it sent data for no connection", at => at.Peer.SendData([1], 0xABCDE)),
            ["a delivery with no advert"] = ("it wrote without an advert", at => Write(at, new Immediate(at.Id.Index, 0).Value | 1 << 11)),
            ["a delivery for no connection"] = ("it wrote for no connection", at =>
                Write(at, new Immediate(0xABCDE, at.Peer.Granted).Value | 1 << 11)),
            ["a message that passes for a delivery"] = (Disguise, at =>
                at.Peer.Send([1], new Immediate(at.Id.Index, at.Peer.Granted).Value | 1 << 11)),
            ["a write that passes for a message"] = (Disguise, at => Write(at, new Immediate(at.Id.Index, at.Peer.Granted).Value)),
            ["data of no bytes"] = (BadData, at => at.Peer.SendData([], at.Id.Index)),
            ["data beyond the window"] = ("it sent more than the window", at =>
            {
                for (int sent = 0; sent <= Victim.Window; sent += 32 * 1024)
                    at.Peer.SendData(new byte[32 * 1024], at.Id.Index);
            }),
            ["data longer than a slab"] = ("a receive failed", at => at.Peer.SendData(new byte[40_000], at.Id.Index)),
            ["data after its end"] = ("it sent data after its end", at =>
            {
                at.Peer.SendControl(new ControlEntry(ControlKind.Fin, at.Id));
                at.Peer.SendData([1], at.Id.Index);
            }),
            ["data entry of no bytes"] = (ShortEntry, at => at.Peer.Send(DataEntry(at, at.Id, 0))),
            ["data entry longer than its message"] = (ShortEntry, at => at.Peer.Send(DataEntry(at, at.Id, 9, missing: 1))),
            ["data entry for no connection"] = ("it sent data for no connection", at =>
                at.Peer.Send(DataEntry(at, new ConnectionId(at.Id.Index, at.Id.Generation + 1), 1))),
            ["data entries beyond the window"] = ("it sent more than the window", at =>
            {
                const int Length = (32 * 1024) - (2 * ControlMessage.HeaderSize);
                for (int sent = 0; sent <= Victim.Window; sent += Length)
                    at.Peer.Send(DataEntry(at, at.Id, Length));
            }),
            ["data entry after its end"] = ("it sent data after its end", at =>
            {
                at.Peer.SendControl(new ControlEntry(ControlKind.Fin, at.Id));
                at.Peer.Send(DataEntry(at, at.Id, 1));
            }),
            ["end of more than was sent"] = (BadFin, at => Fin(at, 1)),
            ["end of absurdly much"] = (BadFin, at => Fin(at, ulong.MaxValue)),
            ["end twice"] = (BadFin, at =>
            {
                Fin(at, 0);
                Fin(at, 0);
            }),
            ["accepted twice"] = ("it accepted a connection twice", at =>
                at.Peer.SendControl(new ControlEntry(ControlKind.Accepted, at.Id, 0, 99UL << 32))),
            ["refused when it is open"] = ("it refused a connection that is open", at =>
                at.Peer.SendControl(new ControlEntry(ControlKind.Refused, at.Id, 2))),
            ["more messages than credits"] = ("it sent more messages than it had credits for", at =>
            {
                // A victim that keeps up announces more, for as long as it has credits of its own to do so: 512 times 64 at most.
                for (int i = 0; i < 40_000 && !at.Link.HasEnded; i++)
                    at.Peer.SendControl();
            }),
            ["credits returned that it has not got"] = (BadReturn, at =>
                at.Peer.SendControl(new ControlEntry(ControlKind.Return, default, 1000))),
            ["all credits returned"] = (BadReturn, at =>
            {
                for (int i = 0; i < 9; i++)
                    at.Peer.SendControl(new ControlEntry(ControlKind.Return, default, 1));
            }),
            ["an advert out of order"] = ("its adverts are out of order", at => Advert(at, 5, 0, 0x1000, 65536)),
            ["an advert that has seen what was not sent"] = ("its advert has seen more than was sent", at =>
                Advert(at, 0, 1, 0x1000, 65536)),
            ["an advert of nothing"] = (BadRange, at => Advert(at, 0, 0, 0x1000, 0)),
            ["an advert of absurdly much"] = (BadRange, at => Advert(at, 0, 0, 0x1000, uint.MaxValue)),
            ["an advert around the end of memory"] = (BadRange, at => Advert(at, 0, 0, ulong.MaxValue - 100, 65536)),
            ["too many adverts"] = ("it has too many adverts outstanding", at =>
            {
                at.Peer.SendControl([.. Enumerable.Range(0, 17).Select(id => new ControlEntry(
                    ControlKind.Advert, at.Id, (ushort)id, 0, new LentMemory(0x1000, 1, 65536)))]);
            }),
            ["opening more than can be refused"] = ("it opens connections faster than they can be refused", at =>
            {
                var opens = new ControlEntry[1500];
                for (uint i = 0; i < opens.Length; i++)
                    opens[i] = new ControlEntry(ControlKind.Open, new ConnectionId(100 + i), 9, 1UL << 32);

                at.Peer.SendControl(opens);
            }),
        };

    private const string Malformed = "a control message is malformed";
    private const string BadEntry = "a control entry is malformed";
    private const string ShortEntry = "a control entry has less data than it says";
    private const string BadData = "a data message is empty";
    private const string BadRange = "its advert is for an impossible range";
    private const string Disguise = "it passes a write off as a message, or a message as a write";
    private const string CreditsBack = "it takes credits back";
    private const string BadReturn = "it returns credits that it has not got";
    private const string BadFin = "its FIN does not fit what it sent";

    /// <summary>A good message, a WINDOW that says nothing new, with one byte changed.</summary>
    private static void Changed(Encounter at, int index, byte value)
    {
        byte[] message = GoodWindow(at);
        message[index] = value;
        at.Peer.Send(message);
    }

    private static void Cut(Encounter at, int by)
    {
        byte[] message = GoodWindow(at)[..^by];
        message[2] = (byte)message.Length;
        at.Peer.Send(message);
    }

    /// <summary>A message with data as one entry of it; it can end before the data does.</summary>
    private static byte[] DataEntry(Encounter at, ConnectionId target, int length, int missing = 0)
    {
        byte[] message = new byte[(2 * ControlMessage.HeaderSize) + length - missing];
        ControlMessage.WriteHeader(message, at.Peer.Granted);
        ControlMessage.WriteEntry(message.AsSpan(ControlMessage.HeaderSize), new ControlEntry(ControlKind.Data, target, (ushort)length));
        return message;
    }

    private static void Granting(Encounter at, uint granted)
    {
        byte[] message = new byte[ControlMessage.HeaderSize];
        ControlMessage.WriteHeader(message, granted);
        at.Peer.Send(message);
    }

    private static void Window(Encounter at, ulong limit) =>
        at.Peer.SendControl(new ControlEntry(ControlKind.Window, at.Id, 0, limit));

    private static void Fin(Encounter at, ulong end) =>
        at.Peer.SendControl(new ControlEntry(ControlKind.Fin, at.Id, 0, end));

    private static byte[] GoodWindow(Encounter at) =>
        at.Peer.Control(new ControlEntry(ControlKind.Window, at.Id, 0, HostilePeer.Greeting.Window));

    private static void Advert(Encounter at, ushort id, ulong seen, ulong address, uint length) =>
        at.Peer.SendControl(new ControlEntry(ControlKind.Advert, at.Id, id, seen, new LentMemory(address, 1, length)));

    /// <summary>A write of nothing, which needs no key.</summary>
    private static void Write(Encounter at, uint immediate) => at.Peer.Post([], new SendWorkRequest
    {
        Operation = SendOperation.RdmaWriteWithImmediate,
        Immediate = immediate,
    });
}
