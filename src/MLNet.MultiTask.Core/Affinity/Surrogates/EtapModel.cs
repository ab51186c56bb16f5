namespace MLNet.MultiTask.Affinity;

/// <summary>
/// ETAP's map from first-order affinities to gains: gain_i(S) = spline(mean of A[i, j] over the others j) + a ridge
/// regression of the residual on who is in S; gains are relative to the loss of the task alone.
/// </summary>
internal sealed class EtapModel
{
    private static readonly double[] s_penalties = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100];
    private readonly TaskAffinity _affinity;
    private readonly double[] _alone;
    private readonly SplineBasis _basis;
    private readonly RidgeFit _map;
    private readonly RidgeSurrogate _residual;

    /// <summary>Fits both parts.</summary>
    /// <param name="affinity">First-order affinities, rows = targets.</param>
    /// <param name="alone">Each task's loss when it is trained alone; positive.</param>
    /// <param name="groups">Trained groups of two or more.</param>
    /// <param name="losses">Per group and member.</param>
    /// <param name="options">The spline.</param>
    /// <param name="cancellationToken">Looked at between penalties.</param>
    public EtapModel(TaskAffinity affinity, double[] alone, int[][] groups, double[][] losses, EtapOptions options,
        CancellationToken cancellationToken)
    {
        (_affinity, _alone) = (affinity, alone);
        double[][] gains = [.. groups.Select((group, s) =>
            group.Select((t, k) => 1 - losses[s][k] / alone[t]).ToArray())];
        double[] scores = [.. groups.SelectMany(group => group.Select(t => Score(group, t)))];
        _basis = SplineBasis.Of(scores, options.Degree, options.Knots);
        _map = RidgeFit.Of([.. scores.Select(_basis.At)], [.. gains.SelectMany(g => g)], s_penalties);
        // A task alone gains nothing; so every task has a group at least.
        int[][] all = [.. groups, .. Enumerable.Range(0, alone.Length).Select(t => new[] { t })];
        double[][] residuals = [.. all.Select((group, s) => group.Length == 1 ? [0.0]
            : group.Select((t, k) => gains[s][k] - _map.At(_basis.At(Score(group, t)))).ToArray())];
        SubsetDesign[] targets =
            [.. Enumerable.Range(0, alone.Length).Select(t => new SubsetDesign(t, alone.Length, all, residuals))];
        Residual = SurrogateFit.Choose(targets, s_penalties, RidgeSurrogate.LeaveOneOutErrors, options.Threads,
            cancellationToken).Ridge;
        _residual = RidgeSurrogate.Fit(targets, Residual);
    }

    /// <summary>Penalty of the spline's coefficients.</summary>
    public double Penalty => _map.Penalty;

    /// <summary>Penalty of the residual's coefficients.</summary>
    public double Residual { get; }

    /// <summary>Predicted losses of the members of a group.</summary>
    public double[] PredictGroup(IReadOnlyList<int> group)
    {
        GroupChecks.ThrowIfInvalid(group, _alone.Length);
        if (group.Count == 1)
            return [_alone[group[0]]];
        double[] residual = _residual.PredictGroup(group);
        return [.. group.Select((t, k) => _alone[t] * (1 - _map.At(_basis.At(Score(group, t))) - residual[k]))];
    }

    private double Score(IReadOnlyList<int> group, int target) =>
        group.Where(j => j != target).Average(j => _affinity[target, j]);
}
