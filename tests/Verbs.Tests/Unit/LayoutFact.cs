namespace RdmaSharp.Tests.Unit;

/// <summary>One assumption about the C ABI; see <see cref="LayoutFacts"/>.</summary>
internal sealed record LayoutFact(char Kind, string Name, long Value)
{
    /// <summary>The C expression whose value the fact states.</summary>
    internal string Expression => Kind switch
    {
        'S' => $"sizeof(struct {Name})",
        'F' or 'O' => $"offsetof(struct {Name[..Name.IndexOf('.')]}, {Name[(Name.IndexOf('.') + 1)..]})",
        _ => Name,
    };

    public override string ToString() => $"{Kind} {Name} {Value}";
}
