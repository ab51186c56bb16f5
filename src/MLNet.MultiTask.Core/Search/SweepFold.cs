using MLNet.MultiTask.Data;
using MLNet.MultiTask.Learners;

namespace MLNet.MultiTask.Search;

/// <summary>One division of the rows: some fit, some stop, and some judge, which neither of the others saw.</summary>
internal sealed class SweepFold
{
    private const int Block = 1024;
    private readonly TaskTable _table;
    private readonly int[] _held;
    private readonly double[] _trivial;

    private SweepFold(TaskTable table, RowSplit outer, RowSplit inner, ulong seed)
    {
        (_table, Fitted, _held, Rows, Seed) = (table, outer.Train, outer.Validation, inner, seed);
        _trivial = [.. Enumerable.Range(0, table.Tasks.Count)
            .Select(t => TrivialLoss.Of(table, t, outer.Train, outer.Validation))];
    }

    /// <summary>Rows that neither judge nor were left out: those that fit and those that stop.</summary>
    public int[] Fitted { get; }

    /// <summary>Rows that judge.</summary>
    public int[] Held => _held;

    /// <summary>Rows that fit, and rows that stop.</summary>
    public RowSplit Rows { get; }

    /// <summary>Number of rows that judge.</summary>
    public int JudgingRows => _held.Length;

    /// <summary>Seed of all models of the fold.</summary>
    public ulong Seed { get; }

    /// <summary>Whether the fold can judge any task.</summary>
    public bool CanJudge => _trivial.Any(t => t > 0);

    /// <summary>A fold of rows divided elsewhere.</summary>
    public static SweepFold Of(TaskTable table, RowSplit outer, RowSplit inner, ulong seed) =>
        new(table, outer, inner, seed);

    /// <summary>The folds of a sweep; each holds out a fifth of the rows, or less where there are more folds.</summary>
    public static SweepFold[] Of(TaskTable table, SweepOptions options) => Of(table, options, options.Seed);

    /// <summary>As many folds again, of rows divided anew.</summary>
    public static SweepFold[] Anew(TaskTable table, SweepOptions options) =>
        Of(table, options, new RandomStream(options.Seed, "choice").NextUInt64());

    private static SweepFold[] Of(TaskTable table, SweepOptions options, ulong seed)
    {
        RowSplitter splitter = options.Splitter with { Seed = seed };
        int folds = Count(table, options);
        if (options.Rows is { } rows)
            return [.. Enumerable.Range(0, folds).Select(f => new SweepFold(table, rows, (splitter with
            {
                Seed = new RandomStream(seed, "stop", f).NextUInt64(),
            }).Split(table, options.ValidationFraction, rows.Train), SeedOf(f)))];
        RowSplit[] outer = splitter.Folds(table, Math.Max(SweepLosses.LeastParts, folds), options.RowsToDivide);
        return [.. Enumerable.Range(0, folds).Select(f =>
        {
            // The latest parts of ordered rows, which have most rows before them.
            RowSplit split = outer[splitter.IsOrdered ? outer.Length - folds + f : f];
            return new SweepFold(table, split, splitter.Split(table, options.ValidationFraction, split.Train),
                SeedOf(f));
        })];

        ulong SeedOf(int fold) => new RandomStream(seed, "fold", fold).NextUInt64();
    }

    /// <summary>The number of folds: as asked for, or more where rows are few.</summary>
    public static int Count(TaskTable table, SweepOptions options)
    {
        const int FewRows = 1000;
        return options.Folds ?? ((options.RowsToDivide?.Length ?? table.RowCount) <= FewRows ? 5 : 3);
    }

    /// <summary>
    /// Loss of the tasks that a model serves on the rows held out, relative to the trivial predictor's; NaN where a
    /// task has no label there, or one that the trivial predictor always hits.
    /// </summary>
    /// <exception cref="ArithmeticException">
    /// A score of an observed label is not finite (the task is named).
    /// </exception>
    public IEnumerable<(int Task, double Loss)> Losses(ServingModel serving)
    {
        IGroupModel model = serving.Model;
        (int Task, int Offset)[] tasks = [.. serving.Served.Select(t => (t, model.OutputOffset(Member(model, t))))];
        double[] sums = new double[tasks.Length], weights = new double[tasks.Length];
        var features = new float[Block * _table.FeatureCount];
        var scores = new float[Block * model.OutputCount];
        for (int from = 0; from < _held.Length; from += Block)
        {
            int rows = Math.Min(Block, _held.Length - from);
            _table.Features.CopyRows(_held.AsSpan(from, rows), features);
            model.Score(features.AsSpan(0, rows * _table.FeatureCount), rows, scores, [], 1);
            for (int i = 0; i < rows; i++)
                for (int k = 0; k < tasks.Length; k++)
                {
                    double weight = _table.Weight(_held[from + i], tasks[k].Task);
                    if (weight == 0)
                        continue;
                    weights[k] += weight;
                    sums[k] += weight * Loss(_held[from + i], tasks[k].Task,
                        scores.AsSpan(i * model.OutputCount + tasks[k].Offset));
                }
        }
        for (int k = 0; k < tasks.Length; k++)
        {
            if (weights[k] > 0 && !double.IsFinite(sums[k]))
                throw new ArithmeticException(
                    $"A score of task '{_table.Tasks[tasks[k].Task].Name}' on the rows held out is not finite");
            yield return (tasks[k].Task, Relative(tasks[k].Task, sums[k] / weights[k]));
        }
    }

    /// <summary>Log-loss over the trivial predictor's; for regression the root of the squared errors'
    /// ratio.</summary>
    private double Relative(int task, double loss) => _trivial[task] is > 0 and var trivial
        ? _table.Tasks[task].Kind == TaskKind.Regression ? Math.Sqrt(loss / trivial) : loss / trivial : double.NaN;

    private double Loss(int row, int task, ReadOnlySpan<float> score)
    {
        double label = _table.Label(row, task);
        return _table.Tasks[task].Kind switch
        {
            TaskKind.Regression => Math.Pow(label - score[0], 2),
            TaskKind.Binary => -Log(label == 1 ? score[0] : 1 - (double)score[0]),
            _ => -Log(score[(int)label]),
        };
    }

    private static double Log(double p) =>
        double.IsNaN(p) ? double.NaN : Math.Log(Math.Max(p, TrivialLoss.LeastProbability));

    private int Member(IGroupModel model, int task)
    {
        int i = 0;
        while (model.Tasks[i].Name != _table.Tasks[task].Name)
            i++;
        return i;
    }
}
