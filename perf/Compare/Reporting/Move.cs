namespace FastSockets.Perf;

/// <summary>A figure of which this run's interval and an older run's have nothing in common.</summary>
internal sealed record Move(Row Before, Row Now)
{
    public bool IsBetter => Metric.LowerIsBetter(Now.Metric) == (Now.Value < Before.Value);

    public override string ToString() =>
        $"{(IsBetter ? "better" : "worse "),-6} {Names.TitleOf(Now.Transport)}: {Now.Point} {Now.Metric} "
        + $"{Numbers.Of(Before.Value)} -> {Numbers.Of(Now.Value)} {Now.Unit} (x {Numbers.Of(Now.Value / Before.Value)})";
}
