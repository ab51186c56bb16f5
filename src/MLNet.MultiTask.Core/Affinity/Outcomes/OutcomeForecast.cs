namespace MLNet.MultiTask.Affinity;

/// <summary>Predicts one outcome of training from real runs and from estimates made without training.</summary>
internal sealed class OutcomeForecast
{
    // A task's own spread counts as much as the usual one when it was seen this often.
    private const double UsualWeight = 4;
    private readonly OutcomeModel _model;
    private readonly TaskScale[] _scales;
    private readonly double[] _units, _trust;
    private readonly Dictionary<string, int> _companies;

    private readonly double _shift, _shiftVariance;

    private OutcomeForecast(OutcomeModel model, TaskScale[] scales, double[] units, double[] trust,
        Dictionary<string, int> companies, double[] shifts)
    {
        (_model, _scales, _units, _trust, _companies) = (model, scales, units, trust, companies);
        _shift = shifts.Length == 0 ? 0 : shifts.Average();
        _shiftVariance = shifts.Length == 0 ? 0 : shifts.Average(s => (s - _shift) * (s - _shift));
    }

    /// <summary>The variances found, in units of the tasks' spreads.</summary>
    public OutcomeVariances Variances => _model.Variances;

    /// <summary>What one standard deviation of each estimate is worth in standard deviations of the outcome.</summary>
    public double[] Weights =>
        [.. _model.Weights.Select((weight, q) => weight + (q < _trust.Length ? _trust[q] * _units[q] : 0))];

    /// <summary>Fits it.</summary>
    /// <param name="levels">Per task an outcome to go by where no run holds it.</param>
    /// <param name="runs">Real runs.</param>
    /// <param name="outcomes">Per run and member what came out.</param>
    /// <param name="estimates">Per run, estimate and member what is known without training, in units of loss.</param>
    /// <param name="losses">How many of the first estimates are of the outcome itself: they count in full, or as
    /// far as they vary no more than the outcomes do, unless the runs clearly say otherwise; what the others are worth,
    /// the runs say.</param>
    /// <param name="patient">Outcomes of the first runs if they are given more time. What they gain is added to all
    /// predictions, and how it differs to their errors.</param>
    /// <param name="quick">Whether usual variances will do.</param>
    /// <param name="threads">Upper limit of threads.</param>
    /// <param name="cancellationToken">Looked at between candidates.</param>
    public static OutcomeForecast Fit(double[] levels, IReadOnlyList<ProbeRun> runs, double[][] outcomes,
        double[][][] estimates, int losses, double[][] patient, bool quick, int? threads,
        CancellationToken cancellationToken)
    {
        int tasks = levels.Length, count = estimates[0].Length;
        TaskScale[] scales = TaskScale.Of(levels, runs, outcomes, estimates, UsualWeight);
        Dictionary<string, int> companies = [];
        foreach (ProbeRun run in runs)
            companies.TryAdd(Key(run.Members), companies.Count);
        (int Run, int Place)[] places = [.. runs.SelectMany((run, r) => run.Members.Select((_, k) => (r, k)))];
        double[] units = [.. Enumerable.Range(0, count).Select(q => Math.Max(1e-12, Math.Sqrt(places.Average(p =>
            Math.Pow(scales[runs[p.Run].Members[p.Place]].Estimate(q, estimates[p.Run][q][p.Place]), 2)))))];
        // Weights found from few noisy runs lose more than they gain.
        double[] trust = [.. units[..losses].Select(unit => Math.Min(1, 1 / unit))];
        OutcomeCell[] cells = [.. places.Select(p =>
        {
            int[] members = runs[p.Run].Members;
            return new OutcomeCell(members[p.Place], members, companies[Key(members)], runs[p.Run].Draw,
                InUnits(scales[members[p.Place]], units, estimates[p.Run], p.Place));
        })];
        double[] y = [.. places.Select((p, c) =>
            scales[cells[c].Task].Outcome(outcomes[p.Run][p.Place])
            - Believed(scales[cells[c].Task], trust, estimates[p.Run], p.Place))];
        OutcomeModel model = OutcomeModel.Fit(cells, y, tasks, losses, quick, threads, cancellationToken);
        double[] shifts = [.. patient.SelectMany((full, r) => full.Select((loss, k) =>
            (loss - outcomes[r][k]) / scales[runs[r].Members[k]].Deviation))];
        return new OutcomeForecast(model, scales, units, trust, companies, shifts);
    }

    /// <summary>Expected losses of the members of a group.</summary>
    /// <param name="members">The group, ascending.</param>
    /// <param name="estimates">Per estimate and member.</param>
    public double[] Losses(int[] members, double[][] estimates) =>
        [.. members.Select((t, k) => Loss(Cell(members, k, estimates), estimates, k))];

    /// <summary>The same with their errors.</summary>
    public PredictedLoss[] Predict(int[] members, double[][] estimates) =>
        [.. members.Select((t, k) =>
        {
            OutcomeCell cell = Cell(members, k, estimates);
            return new PredictedLoss(Loss(cell, estimates, k),
                _scales[t].Deviation * Math.Sqrt(_model.Variance(cell) + _shiftVariance),
                _scales[t].Deviation * Math.Sqrt(Variances.Draw + Variances.Noise));
        })];

    private double Loss(in OutcomeCell cell, double[][] estimates, int place)
    {
        TaskScale scale = _scales[cell.Task];
        return scale.Loss(_model.Mean(cell) + Believed(scale, _trust, estimates, place) + _shift);
    }

    private OutcomeCell Cell(int[] members, int place, double[][] estimates) => new(members[place], members,
        _companies.GetValueOrDefault(Key(members), -1), -1,
        InUnits(_scales[members[place]], _units, estimates, place));

    private static double Believed(TaskScale scale, double[] trust, double[][] estimates, int place) =>
        trust.Select((weight, q) => weight * scale.Estimate(q, estimates[q][place])).Sum();

    private static double[] InUnits(TaskScale scale, double[] units, double[][] estimates, int place) =>
        [.. units.Select((unit, q) => scale.Estimate(q, estimates[q][place]) / unit)];

    private static string Key(int[] members) => string.Join(',', members);
}
