namespace FastSockets.Perf;

/// <summary>One thing to measure on each transport. <paramref name="Size"/> is in bytes.</summary>
internal readonly record struct Point(Pattern Pattern, Wait Wait, long Size)
{
    public override string ToString() => $"{Names.Of(Pattern)} {Names.Of(Wait)} {Names.OfSize(Size)}";
}
