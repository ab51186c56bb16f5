using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Torch;

namespace MLNet.MultiTask;

/// <summary>
/// Chooses how wide a trained <c>slimmable</c> module is run: the units of every layer that lose least on validation
/// rows among those that a user's budget allows (the search of Aich et al., "Efficient controllable multi-task
/// architectures", ICCV 2023, here over all combinations of the widths it was trained at).
/// </summary>
public static class TorchWidths
{
    private const int Most = 4096;

    /// <summary>Tries all combinations within the budget; the given model stays as it is.</summary>
    /// <param name="model">One module of all tasks, trained as <c>slimmable(…)</c>.</param>
    /// <param name="table">Data with the model's features and tasks.</param>
    /// <param name="rows">Rows to compare on; best those that stopped the training.</param>
    /// <param name="budget">Most multiplications for the scores of one row.</param>
    /// <param name="cancellationToken">Looked at before every combination.</param>
    /// <exception cref="ArgumentException">The model is no such module, its tasks are not the table's, there are no
    /// rows, or no combination fits the budget (the cheapest is said).</exception>
    public static WidthChoice Choose(MultiTaskModel model, TaskTable table, IReadOnlyList<int> rows, long budget,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(rows);
        TorchModuleModel copy = Copy(model, out SlimmableBottom module);
        if (table.FeatureCount != model.FeatureCount || table.Tasks.Count != model.Tasks.Count)
            throw new ArgumentException(
                $"The table has {table.FeatureCount} features and {table.Tasks.Count} tasks, the " +
                $"model {model.FeatureCount} and {model.Tasks.Count}", nameof(table));
        if (rows.Count == 0)
            throw new ArgumentException("No rows are given to compare widths on", nameof(rows));
        int[][] all = [.. Combinations(module)];
        int[][] fitting = [.. all.Where(u => module.Cost(u) <= budget)];
        if (fitting.Length == 0)
            throw new ArgumentException($"The budget is {budget} multiplications a row; the narrowest widths take " +
                $"{all.Min(module.Cost)}: at least that is expected", nameof(budget));
        var losses = new Losses(table, rows);
        (int[] Units, double Loss) best = (fitting[0], double.PositiveInfinity);
        foreach (int[] units in fitting.OrderBy(module.Cost))
        {
            cancellationToken.ThrowIfCancellationRequested();
            module.Active = units;
            if (losses.Mean(copy) is var loss && loss < best.Loss)
                best = (units, loss);
        }
        module.Active = best.Units;
        return new WidthChoice
        {
            Model = new MultiTaskModel(model.Tasks, model.Grouping, [copy]),
            Units = best.Units,
            Multiplications = module.Cost(best.Units),
            Loss = best.Loss,
        };
    }

    private static TorchModuleModel Copy(MultiTaskModel model, out SlimmableBottom module)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Models.Count != 1 || model.Models[0] is not TorchModuleModel { Module: SlimmableBottom } own)
            throw new ArgumentException($"The model has {model.Models.Count} group" +
                $"{(model.Models.Count == 1 ? "" : "s")} of kind '{model.Models[0].Kind}'; one module of all " +
                $"tasks is expected, trained as slimmable(…)", nameof(model));
        var flat = new float[own.Layout.Length];
        own.Layout.Export(flat);
        module = (SlimmableBottom)ModuleBuilder.Create(own.Source.Create, own.Source.Text, own.FeatureCount, own.Tasks,
            0);
        return new TorchModuleModel(own.Source, module, flat, own.FeatureCount, own.TargetMeans, own.TargetScales);
    }

    private static IEnumerable<int[]> Combinations(SlimmableBottom module)
    {
        int[][] perLayer = [.. Enumerable.Range(0, module.Ladder[0].Length).Select(l =>
            module.Ladder.Select(units => units[l]).Distinct().ToArray())];
        double count = perLayer.Aggregate(1.0, (n, l) => n * l.Length);
        if (count > Most)
            throw new ArgumentException(
                $"There are {count:N0} combinations of widths; at most {Most:N0} are tried: train " +
                "with fewer widths or layers");
        return perLayer.Aggregate((IEnumerable<int[]>)[[]], (some, layer) =>
            some.SelectMany(s => layer, (s, units) => (int[])[.. s, units]));
    }

    /// <summary>Mean over the tasks of log-loss, or of the squared error relative to the mean's.</summary>
    private sealed class Losses(TaskTable table, IReadOnlyList<int> rows)
    {
        private readonly float[] _features = Features(table, rows), _labels = [.. rows.SelectMany(r =>
            Enumerable.Range(0, table.Tasks.Count).Select(t => table.Label(r, t)))];

        public double Mean(TorchModuleModel model)
        {
            var scores = new float[rows.Count * model.OutputCount];
            model.Score(_features, rows.Count, scores, []);
            return MultiTaskMetrics.Evaluate(table.Tasks, scores, _labels).Tasks.Select(t =>
                t.Task.Kind == TaskKind.Regression ? t.RelativeRmse * t.RelativeRmse : t.LogLoss)
                .Where(double.IsFinite).DefaultIfEmpty(double.PositiveInfinity).Average();
        }

        private static float[] Features(TaskTable table, IReadOnlyList<int> rows)
        {
            var features = new float[rows.Count * table.FeatureCount];
            table.Features.CopyRows([.. rows], features);
            return features;
        }
    }
}
