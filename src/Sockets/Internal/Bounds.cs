namespace FastSockets.Internal;

/// <summary>What a setting may be, both ends included.</summary>
internal readonly record struct Bounds<T>(T Least, T Most)
    where T : struct, IComparable<T>
{
    public bool Contain(T value) => value.CompareTo(Least) >= 0 && value.CompareTo(Most) <= 0;
}
