namespace FastSockets.Perf;

/// <summary>
/// Runs the rounds. In each, every point once, in a random order, and on each point the transports one right after the
/// other, in a random order too: whatever drifts on the machine meets all of them alike.
/// </summary>
internal sealed class Comparison : IDisposable
{
    // A round takes some per cent more or less than the one before.
    private const double Margin = 1.1;

    private readonly CompareOptions _options;
    private readonly Dictionary<TransportKind, IMeasurer> _measurers = [];
    private readonly List<string> _failures = [];
    private readonly List<Gap> _gaps = [];
    private readonly HashSet<(TransportKind, Pattern)> _givenUp = [];
    private readonly Recorder _recorder = new();

    public Comparison(CompareOptions options) => _options = options;

    /// <summary>Why a transport that the comparison cannot do without was given up.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Why a rival was given up.</summary>
    public IReadOnlyList<Gap> Gaps => _gaps;

    public IReadOnlyList<Row> Rows => _recorder.Rows();

    public int RoundsRun { get; private set; }

    public async Task RunAsync(CancellationToken cancellation)
    {
        var steps = Plan.Steps(_options).ToArray();
        foreach (var transport in steps.SelectMany(step => step.Transports).Distinct())
            Start(transport);
        var random = new Random(_options.Seed);
        var progress = new Progress(steps.Sum(step => step.Transports.Count) * _options.Rounds, _options.TimeLimit);
        double lastRound = 0;
        while (RoundsRun < _options.Rounds)
        {
            double start = progress.Elapsed;
            if (RoundsRun > 0 && start + (Margin * lastRound) > _options.TimeLimit)
            {
                Progress.Say($"No time for round {RoundsRun + 1} of {_options.Rounds}.");
                return;
            }
            random.Shuffle(steps);
            foreach (var step in steps.Where(step => Plan.IsDue(step, RoundsRun, _options)))
                await MeasureAsync(step, random, progress, cancellation).ConfigureAwait(false);
            lastRound = progress.Elapsed - start;
            RoundsRun++;
        }
    }

    public void Dispose()
    {
        foreach (var measurer in _measurers.Values)
            measurer.Dispose();
    }

    private async Task MeasureAsync(Step step, Random random, Progress progress, CancellationToken cancellation)
    {
        var transports = step.Transports.ToArray();
        random.Shuffle(transports);
        foreach (var transport in transports)
        {
            if (!_measurers.TryGetValue(transport, out var measurer) || _givenUp.Contains((transport, step.Point.Pattern)))
            {
                progress.Skip();
                continue;
            }
            try
            {
                var figures = await measurer.MeasureAsync(step.Point, cancellation).ConfigureAwait(false);
                _recorder.Add(transport, step.Point, figures);
                progress.Done(RoundsRun + 1, step.Point, transport, figures);
            }
            catch (MeasurementException failure)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!Offer.IsRequired(transport) && !failure.IsFinal && _givenUp.All(given => given.Item1 != transport))
                    GiveUp(transport, step.Point, failure.Message);
                else
                    GiveUp(transport, $"{step.Point}, and all after it", failure.Message);
            }
        }
    }

    private void Start(TransportKind transport)
    {
        try
        {
            _measurers[transport] = transport switch
            {
                TransportKind.Rstream => new RstreamMeasurer(_options),
                TransportKind.Verbs => new VerbsMeasurer(_options),
                TransportKind.UcxTag or TransportKind.UcxUct => new UcxMeasurer(transport, _options),
                _ => new WorkerMeasurer(transport, _options),
            };
        }
        catch (IOException failure)
        {
            GiveUp(transport, "all", failure.Message);
        }
    }

    // What a rival cannot do at one point it may do at others; the second time it is out.
    private void GiveUp(TransportKind transport, Point point, string reason)
    {
        GiveUp(transport, $"{point}, and all of its pattern after it", reason);
        _givenUp.Add((transport, point.Pattern));
        Start(transport);
    }

    // The others go on: their rows are still true. Where a rival cannot run there is something to say, not to fail.
    private void GiveUp(TransportKind transport, string what, string reason)
    {
        if (Offer.IsRequired(transport))
        {
            string failure = $"{Names.Of(transport)}: {what}: {reason}";
            _failures.Add(failure);
            Console.Error.WriteLine($"FAILED {failure}");
        }
        else
        {
            string line = string.Join(' ', reason.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            _gaps.Add(new Gap(transport, what, line));
            Progress.Say($"not measured: {Names.Of(transport)}: {what}: {line}");
        }
        if (_measurers.Remove(transport, out var measurer))
            measurer.Dispose();
    }
}
