using System.Globalization;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Linear;
using MLNet.MultiTask.Training;
using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask;

/// <summary>
/// Linear models of a group's tasks under one penalty. Each task keeps the strength that is best on its validation
/// rows, or on all tasks' where its own are few.
/// </summary>
public sealed class LinearLearner : IGroupLearner
{
    private const int AutomaticStrengths = 13;

    // Weak strengths of these penalties take the solver longest; after so many that help no task none is tried.
    private const int VainStrengths = 3;

    private readonly LinearOptions _options;

    /// <summary>Takes the options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public LinearLearner(LinearOptions? options = null)
    {
        _options = options ?? new LinearOptions();
        _options.Validate();
    }

    /// <inheritdoc/>
    public string Name => LinearModel.KindName;

    /// <inheritdoc/>
    public string Settings => _options.Settings;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are several strengths and no validation label to choose
    /// by.</exception>
    public GroupFit Fit(TaskTable table, RowSplit split, IReadOnlyList<int> tasks, LearnerRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        run.Validate();
        var problem = new TrainingProblem(table, split, tasks);
        if (_options.Strengths.Count != 1
            && !tasks.Any(t => Array.Exists(split.Validation, r => table.IsObserved(r, t))))
            throw new ArgumentException("There is no validation label to choose the strength by; hold rows out for " +
                $"validation, or set {nameof(LinearOptions.Strengths)} to a single one", nameof(split));
        var solver = new LinearSolver(problem, _options, run.MaxThreads, run.CancellationToken);
        double[] strengths = Strengths(solver, run.CancellationToken);
        var loss = new ForestLoss(problem);
        float[] weights = [], bias = [], features = Features(table, problem.Validation);
        var chosen = new int[tasks.Count];
        int unsolved = 0;
        var epochs = new List<TrainingProgress>();
        var relative = new RelativeLoss(problem);
        var choice = new PooledChoice(problem, relative);
        int vain = 0;
        for (int s = 0; s < strengths.Length && vain < VainStrengths; s++)
        {
            long began = System.Diagnostics.Stopwatch.GetTimestamp();
            int steps = solver.Solve(strengths[s]);
            unsolved += steps == _options.MaximumIterations ? 1 : 0;
            (float[] w, float[] b) = solver.ToModel();
            double[] losses = Losses(problem, loss, features, w, b, run.MaxThreads);
            if (s == 0)
                (weights, bias) = ([.. w], [.. b]);
            bool[] better = choice.Add(losses);
            for (int t = 0; t < better.Length; t++)
                if (better[t])
                {
                    chosen[t] = s;
                    Take(w, weights, b, bias, loss.Offset(t), problem.Tasks[t].OutputCount);
                }
            vain = better.Contains(true) || _options.Strengths.Count > 0 || Penalty.IsSmooth(_options.Penalty)
                ? 0 : vain + 1;
            var progress = new TrainingProgress(s + 1, steps, 0, relative.Total(losses), losses, (float)strengths[s],
                System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalSeconds);
            epochs.Add(progress);
            run.Progress?.Report(progress);
        }
        return new GroupFit
        {
            Models = [new ServingModel([.. tasks], new LinearModel(table.FeatureCount, problem.Tasks, weights, bias))],
            Epochs = epochs,
            BestEpoch = Enumerable.Range(0, epochs.Count).MinBy(e => epochs[e].ValidationLoss) + 1,
            StopReason = unsolved > 0 ? StopReason.MaxSteps : StopReason.Completed,
            Notes = [.. Notes(problem, strengths[..epochs.Count], chosen, unsolved, strengths.Length)],
        };
    }

    private double[] Strengths(LinearSolver solver, CancellationToken cancellationToken)
    {
        if (_options.Strengths.Count > 0)
            return [.. _options.Strengths];
        double[] gradient = solver.Gradient();
        double? greatest = Penalty.Greatest(_options.Penalty, gradient, solver.Outputs, cancellationToken);
        (double first, double decades) = greatest is > 0 and { } g ? (g, 4.0) : (10.0, 6.0);
        return [.. Enumerable.Range(0, AutomaticStrengths).Select(i =>
            first * Math.Pow(10, -decades * i / (AutomaticStrengths - 1)))];
    }

    private static float[] Features(TaskTable table, int[] rows)
    {
        var features = new float[(long)rows.Length * table.FeatureCount];
        for (int i = 0; i < rows.Length; i++)
            table.FeatureRow(rows[i]).CopyTo(features.AsSpan(i * table.FeatureCount));
        return features;
    }

    private static double[] Losses(TrainingProblem problem, ForestLoss loss, float[] features, float[] weights,
        float[] bias, int threads)
    {
        var raw = new float[problem.Validation.Length * loss.Outputs];
        new LinearModel(problem.Table.FeatureCount, problem.Tasks, weights, bias)
            .Score(features, problem.Validation.Length, [], raw, threads);
        for (int i = 0; i < problem.Validation.Length; i++)
            for (int t = 0; t < problem.Tasks.Count; t++)
                if (problem.Tasks[t].Kind == TaskKind.Regression)
                {
                    ref float value = ref raw[i * loss.Outputs + loss.Offset(t)];
                    value = (value - problem.Means[t]) / problem.Scales[t];
                }
        return loss.Evaluate(problem.Validation, raw, threads);
    }

    private static void Take(float[] from, float[] to, float[] biasFrom, float[] biasTo, int first, int count)
    {
        int outputs = biasTo.Length;
        for (int at = first; at < to.Length; at += outputs)
            from.AsSpan(at, count).CopyTo(to.AsSpan(at));
        biasFrom.AsSpan(first, count).CopyTo(biasTo.AsSpan(first));
    }

    private IEnumerable<string> Notes(TrainingProblem problem, double[] strengths, int[] chosen, int unsolved,
        int all)
    {
        if (strengths.Length < all)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Strengths below {strengths[^1]:g3} are not tried" +
                $": the last {VainStrengths} made no task better");
        if (strengths.Length > 1)
            yield return "Strengths chosen: " + string.Join(", ", problem.Tasks.Select((t, i) =>
                string.Create(CultureInfo.InvariantCulture, $"{t.Name} {strengths[chosen[i]]:g3}")));
        if (unsolved > 0)
            yield return $"{unsolved} of {strengths.Length} strengths ended at " +
                $"{nameof(LinearOptions.MaximumIterations)} " +
                $"= {_options.MaximumIterations} before the tolerance was reached";
    }
}
