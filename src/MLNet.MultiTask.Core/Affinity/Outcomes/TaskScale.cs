namespace MLNet.MultiTask.Affinity;

/// <summary>Level and spread of a task's outcomes and estimates over the runs that hold it.</summary>
/// <param name="Mean">Mean outcome.</param>
/// <param name="Deviation">Spread of the outcomes, drawn towards that of the other tasks; positive.</param>
/// <param name="EstimateMeans">Mean of every estimate.</param>
internal sealed record TaskScale(double Mean, double Deviation, double[] EstimateMeans)
{
    /// <summary>An outcome in units of the spread.</summary>
    public double Outcome(double loss) => (loss - Mean) / Deviation;

    /// <summary>The reverse.</summary>
    public double Loss(double outcome) => Mean + Deviation * outcome;

    /// <summary>An estimate in the same units.</summary>
    public double Estimate(int number, double loss) => (loss - EstimateMeans[number]) / Deviation;

    /// <summary>Measures every task.</summary>
    /// <param name="levels">Per task a mean of outcomes and first estimates to go by where no run holds it.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="outcomes">Per run and member.</param>
    /// <param name="estimates">Per run, estimate and member.</param>
    /// <param name="usualWeight">Runs that the usual spread counts as.</param>
    public static TaskScale[] Of(double[] levels, IReadOnlyList<ProbeRun> runs, double[][] outcomes,
        double[][][] estimates, double usualWeight)
    {
        int tasks = levels.Length, count = estimates[0].Length;
        var places = new List<(int Run, int Place)>[tasks];
        for (int t = 0; t < tasks; t++)
            places[t] = [];
        for (int r = 0; r < runs.Count; r++)
            for (int k = 0; k < runs[r].Members.Length; k++)
                places[runs[r].Members[k]].Add((r, k));
        double Mean(int t, Func<int, int, double> value, double level) =>
            places[t].Count == 0 ? level : places[t].Average(p => value(p.Run, p.Place));
        double[] means = [.. Enumerable.Range(0, tasks).Select(t => Mean(t, (r, k) => outcomes[r][k], levels[t]))];
        double[] squares = [.. Enumerable.Range(0, tasks).Select(t =>
            places[t].Sum(p => Math.Pow(outcomes[p.Run][p.Place] - means[t], 2)))];
        // A spread at the level of rounding is none.
        double[] spread = [.. Enumerable.Range(0, tasks).Where(t => places[t].Count > 1
            && squares[t] / places[t].Count > 1e-18 * means[t] * means[t]).Select(t => squares[t] / places[t].Count)];
        double usual = spread.Length == 0 ? 1 : Math.Exp(spread.Average(Math.Log));
        return [.. Enumerable.Range(0, tasks).Select(t => new TaskScale(means[t],
            Math.Sqrt((squares[t] + usualWeight * usual) / (places[t].Count + usualWeight)),
            [.. Enumerable.Range(0, count)
                .Select(q => Mean(t, (r, k) => estimates[r][q][k], q == 0 ? levels[t] : 0))]))];
    }
}
