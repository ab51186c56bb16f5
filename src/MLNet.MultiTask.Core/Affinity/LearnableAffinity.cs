using MLNet.MultiTask.Data;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// The affinity of all tasks by an estimator that sees only those which can be learned and measured. The others neither
/// gain nor help: their affinities are 0, and a warning names them.
/// </summary>
internal static class LearnableAffinity
{
    /// <param name="estimator">Makes the estimate.</param>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows to measure on.</param>
    /// <param name="unlearnable">Whether tasks may be set aside.</param>
    /// <param name="progress">Told of phases; null = nobody.</param>
    /// <param name="cancellationToken">Ends the estimate.</param>
    /// <exception cref="ArgumentException">Tasks are to be refused, or none is left; all are named.</exception>
    public static TaskAffinity Estimate(ITaskAffinityEstimator estimator, TaskTable table, RowSplit split,
        UnlearnableTasks unlearnable, IProgress<FitProgress>? progress, CancellationToken cancellationToken)
    {
        IEnumerable<int> all = Enumerable.Range(0, table.Tasks.Count);
        int[] aside = [.. SetAside.Find(table, split.Train, unlearnable).Tasks
            .Union(all.Where(t => !split.Validation.Any(r => table.IsObserved(r, t)))).Order()];
        if (aside.Length == 0)
            return estimator.Estimate(table, split, progress, cancellationToken);
        int[] learnable = [.. all.Except(aside)];
        string names = string.Join(", ", aside.Select(t => $"'{table.Tasks[t].Name}'"));
        string why = $"the {Counted.Of(split.Train.Length, "training row")} hold no two different labels, or the " +
            $"{Counted.Of(split.Validation.Length, "validation row")} no label";
        if (unlearnable == UnlearnableTasks.Refuse || learnable.Length == 0)
            throw new ArgumentException($"The affinity of {Tasks(aside)} {names} cannot be measured: {why}; leave " +
                $"{(aside.Length == 1 ? "it" : "them")} out, or give more rows");
        TaskAffinity own = estimator.Estimate(table.Select(learnable), split, progress, cancellationToken);
        double[] constant = [.. all.Select(t => aside.Contains(t)
            && TrivialLoss.Of(table, t, split.Train, split.Validation) is var loss && double.IsFinite(loss)
                ? loss : 0)];
        return Spread(own, table, learnable, constant,
            $"{Capital(Tasks(aside))} {names} {(aside.Length == 1 ? "is" : "are")} " +
            $"set aside: {why}; {(aside.Length == 1 ? "its" : "their")} affinities are 0");
    }

    private static TaskAffinity Spread(TaskAffinity own, TaskTable table, int[] learnable, double[] constant,
        string warning)
    {
        int all = table.Tasks.Count;
        return new TaskAffinity([.. table.Tasks.Select(t => t.Name)], Cells(own.Values.ToArray()), own.Method)
        {
            PairCounts = own.PairCounts is { } counts ? Cells(counts) : null,
            StandardErrors = own.StandardErrors is { } errors ? Cells(errors) : null,
            Diagnostics = own.Diagnostics,
            Warnings = [warning, .. own.Warnings],
            Unmeasured = Unmeasured(),
            PhaseSeconds = own.PhaseSeconds,
            IsSigned = own.IsSigned,
            Transfer = own.Transfer is { } transfer ? Spread(transfer, table, learnable, constant, warning) : null,
            Stopping = own.Stopping is { } stopping ? Spread(stopping, table, learnable, constant, warning) : null,
            PredictGroup = own.PredictGroup is null ? null : group => Predict(group, own.PredictGroup, l => l),
            PredictTraining = own.PredictTraining is not { } training ? null : group => new GroupPrediction(
                Predict(group, g => training(g).AtCommonStop, Known),
                Predict(group, g => training(g).AtOwnBest, Known)),
        };

        bool[] Unmeasured()
        {
            int[] place = [.. Enumerable.Range(0, all).Select(t => Array.IndexOf(learnable, t))];
            return [.. Enumerable.Range(0, all * all).Select(p => (place[p / all], place[p % all]))
                .Select((pair, p) => p / all != p % all
                    && (pair.Item1 < 0 || pair.Item2 < 0 || !own.IsMeasured(pair.Item1, pair.Item2)))];
        }

        static PredictedLoss Known(double loss) => new(loss, 0, 0);

        // A task that was set aside scores its constant in every group.
        T[] Predict<T>(IReadOnlyList<int> group, Func<int[], IReadOnlyList<T>> predict, Func<double, T> known)
        {
            int[] inside = [.. group.Where(learnable.Contains).Select(t => Array.IndexOf(learnable, t))];
            IReadOnlyList<T> losses = inside.Length == 0 ? [] : predict(inside);
            int next = 0;
            return [.. group.Select(t => learnable.Contains(t) ? losses[next++] : known(constant[t]))];
        }

        T[] Cells<T>(T[] cells)
        {
            var spread = new T[all * all];
            for (int i = 0; i < learnable.Length; i++)
                for (int j = 0; j < learnable.Length; j++)
                    spread[learnable[i] * all + learnable[j]] = cells[i * learnable.Length + j];
            return spread;
        }
    }

    private static string Tasks(int[] tasks) => tasks.Length == 1 ? "task" : "tasks";

    private static string Capital(string noun) => char.ToUpperInvariant(noun[0]) + noun[1..];
}
