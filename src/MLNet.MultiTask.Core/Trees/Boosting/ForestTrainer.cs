using MLNet.MultiTask.Data;
using System.Diagnostics;
using System.Numerics.Tensors;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Trees;

/// <summary>
/// Gradient boosting of trees with one structure and a value per output in every leaf (Friedman 2001; vector leaves and
/// sketched split search after SketchBoost, Iosipoi and Vakhrushev, NeurIPS 2022).
/// </summary>
internal sealed class ForestTrainer
{
    private readonly TrainingProblem _problem;
    private readonly BoostedTreesOptions _options;
    private readonly ForestLoss _loss;
    private readonly RelativeLoss _relative;
    private readonly BinnedRows _data;
    private readonly SplitLanes _lanes;
    private readonly TreeGrower _grower;
    private readonly LearnerRun _run;
    private readonly int _threads;
    private int[] _positions = [];

    private ForestTrainer(TrainingProblem problem, BoostedTreesOptions options, LearnerRun run)
    {
        (_problem, _options, _run, _threads) = (problem, options, run, run.MaxThreads);
        (_loss, _relative) = (new ForestLoss(problem), new RelativeLoss(problem));
        _data = BinnedRows.Create(problem.Table, problem.Train, options.MaximumBinCount, _threads, options.Categories);
        _lanes = new SplitLanes(_loss.Outputs, options.Sketch, options.SketchDimension, run.Seed, _threads);
        _grower = new TreeGrower(_data, _lanes.Kernel, Constraints(options), options.NumberOfLeaves,
            (float)(2 * options.MinimumSplitGain), _threads);
    }

    /// <summary>Trains one forest on some tasks of a table.</summary>
    /// <param name="table">The data.</param>
    /// <param name="split">Rows to fit on, and rows that decide each task's number of trees (may be none).</param>
    /// <param name="tasks">The tasks, by number.</param>
    /// <param name="options">How.</param>
    /// <param name="run">Seed, threads, progress, and cancellation, which is looked at before each split.</param>
    /// <exception cref="ArgumentException">A task cannot be learned (it is named).</exception>
    public static ForestResult Train(TaskTable table, RowSplit split, IReadOnlyList<int> tasks,
        BoostedTreesOptions options, LearnerRun run)
    {
        options.Validate();
        var problem = new TrainingProblem(table, split, tasks, allowsMissingFeatures: true);
        ThrowIfOutside(options.Categories, table.FeatureCount);
        int outputs = problem.Tasks.Sum(t => t.OutputCount);
        if (options.Sketch == SplitSketch.None && outputs > HistogramKernel.MaxGradients)
            throw new ArgumentException($"{Counted.Of(outputs, "output")} cannot all be seen by the split search, at " +
                "most " +
                $"{HistogramKernel.MaxGradients}; set {nameof(options.Sketch)} to " +
                $"{nameof(SplitSketch.RandomProjection)}",
                nameof(options));
        return new ForestTrainer(problem, options, run).Run();
    }

    internal static SplitConstraints Constraints(BoostedTreesOptions o) => new(o.MinimumExampleCountPerLeaf,
        (float)o.MinimumChildWeight, (float)o.L2Regularization, (float)o.L2CategoricalRegularization,
        (float)o.CategoricalSmoothing, o.MinimumExampleCountPerGroup, o.MaximumCategoricalSplitPointCount,
        o.MaximumTreeDepth ?? int.MaxValue);

    private static void ThrowIfOutside(IReadOnlyList<CategorySlots> categories, int features)
    {
        if (categories.Count > 0 && categories[^1].First + categories[^1].Count > features)
            throw new ArgumentOutOfRangeException(nameof(categories), categories[^1],
                $"Slots of a category must be within the {Counted.Of(features, "feature")}");
    }

    private ForestResult Run()
    {
        float[] start = _loss.Start();
        float[] trained = Repeated(start, _problem.Train.Length),
            validated = Repeated(start, _problem.Validation.Length);
        var gradients = new ComputedGradients(_loss, _problem.Train, trained);
        var trees = new List<Tree>();
        var rounds = new List<TrainingProgress>();
        var stopping = new TaskStopping(new PooledChoice(_problem, _relative),
            _loss.Evaluate(_problem.Validation, validated, _threads), _options.EarlyStoppingRound);
        string fingerprint = _run.Checkpoints is null ? "" : Fingerprint();
        foreach (Tree tree in Kept(fingerprint, rounds))
        {
            trees.Add(tree);
            Add(tree, _problem.Train, trained);
            Add(tree, _problem.Validation, validated);
            stopping.Add(trees.Count, _loss.Evaluate(_problem.Validation, validated, _threads));
        }
        int saved = trees.Count;
        var reason = StopReason.MaxEpochs;
        while (trees.Count < _options.NumberOfTrees)
        {
            if (Array.TrueForAll(stopping.Learning, learning => !learning))
            {
                reason = StopReason.NoImprovement;
                break;
            }
            long began = Stopwatch.GetTimestamp();
            Tree? tree = Grow(gradients, stopping.Learning, trees.Count, trained);
            if (tree is null)
            {
                reason = StopReason.Completed;
                break;
            }
            trees.Add(tree);
            Add(tree, _problem.Validation, validated);
            double[] losses = _loss.Evaluate(_problem.Validation, validated, _threads);
            stopping.Add(trees.Count, losses);
            rounds.Add(Report(trees.Count, trained, losses, Stopwatch.GetElapsedTime(began)));
            if (_run.Checkpoints is not { } store || trees.Count - saved < store.Steps)
                continue;
            store.Write(_run.CheckpointName, new ForestState(fingerprint, trees, rounds).Write);
            saved = trees.Count;
        }
        if (_run.Checkpoints is not null && saved < trees.Count)
            _run.Checkpoints.Write(_run.CheckpointName, new ForestState(fingerprint, trees, rounds).Write);
        if (Array.TrueForAll(stopping.Learning, learning => !learning))
            reason = StopReason.NoImprovement;
        Trim(trees, stopping.Best);
        return new ForestResult(
            new BoostedForest(_problem.Tasks, _problem.Table.FeatureCount, start, trees, _problem.Means,
            _problem.Scales), rounds, stopping.Best, stopping.Losses, reason);
    }

    private IReadOnlyList<Tree> Kept(string fingerprint, List<TrainingProgress> rounds)
    {
        if (_run.Checkpoints?.Read(_run.CheckpointName, ForestState.Read) is not { } state)
            return [];
        if (state.Fingerprint != fingerprint)
            throw new ArgumentException("The checkpoint is of another training: it has " +
                TrainingFingerprint.Difference(state.Fingerprint, fingerprint));
        rounds.AddRange(state.Rounds);
        return state.Trees;
    }

    private string Fingerprint() => string.Join('\n', [_options.Settings,
        FormattableString.Invariant($"seed {_run.Seed}"),
        "tasks " + string.Join(", ", _problem.Tasks.Select(TrainingFingerprint.Describe)),
        FormattableString.Invariant($"rows numbered {TrainingFingerprint.Hash(_problem):x16}"),
        FormattableString.Invariant($"data {_problem.Table.ContentHash:x16}"), .. _problem.Table.Parts]);

    private Tree? Grow(ComputedGradients gradients, bool[] learning, int number, float[] trained)
    {
        int[] positions = Rows(number);
        nint lanes = _lanes.Fill(gradients, positions, OutputWeights(learning), number);
        GrownTree grown = _grower.Grow(positions, lanes, Columns(number), _run.CancellationToken);
        if (grown.Nodes.Length == 0 && positions.Length == _problem.Train.Length)
            return null;
        Tree tree = LeafValues.Fit(grown, gradients, 0, _options.LearningRate, _options.L2Regularization, _threads);
        if (positions.Length < _problem.Train.Length)
            Add(tree, _problem.Train, trained);
        else
            SharedPool.Run(grown.Leaves.Count, _threads, l =>
            {
                ReadOnlySpan<float> values = tree.Leaf(l);
                foreach (int p in grown.Rows.Of(grown.Leaves[l]))
                {
                    Span<float> own = trained.AsSpan(p * values.Length, values.Length);
                    TensorPrimitives.Add(own, values, own);
                }
            });
        return tree;
    }

    private void Add(Tree tree, int[] rows, float[] outputs)
    {
        const int shardRows = 1024;
        SharedPool.Run((rows.Length + shardRows - 1) / shardRows, _threads, s =>
        {
            FeatureMatrix features = _problem.Table.Features;
            var scratch = new float[features.IsSparse ? features.ColumnCount : 0];
            for (int p = s * shardRows; p < Math.Min(rows.Length, (s + 1) * shardRows); p++)
            {
                ReadOnlySpan<float> values = tree.Leaf(tree.LeafOf(features.Row(rows[p], scratch)));
                Span<float> own = outputs.AsSpan(p * values.Length, values.Length);
                TensorPrimitives.Add(own, values, own);
            }
        });
    }

    private double[] OutputWeights(bool[] learning)
    {
        var weights = new double[_loss.Outputs];
        for (int t = 0; t < learning.Length; t++)
            if (learning[t])
                weights.AsSpan(_loss.Offset(t), _problem.Tasks[t].OutputCount).Fill(_problem.Tasks[t].Weight);
        return weights;
    }

    private int[] Rows(int tree)
    {
        int count = _problem.Train.Length;
        if (_options.SubsampleFraction >= 1)
        {
            if (_positions.Length == 0)
                _positions = new int[count];
            for (int i = 0; i < count; i++)
                _positions[i] = i;
            return _positions;
        }
        var random = new RandomStream(_run.Seed, "subsample", tree);
        int[] drawn = random.Permutation(count)[..Math.Max(1, (int)Math.Round(count * _options.SubsampleFraction))];
        Array.Sort(drawn);
        return drawn;
    }

    private bool[] Columns(int tree)
    {
        int count = _data.Columns.Length;
        var used = new bool[count];
        if (_options.FeatureFraction >= 1)
            Array.Fill(used, true);
        else
        {
            int[] order = new RandomStream(_run.Seed, "features", tree).Permutation(count);
            for (int i = 0; i < Math.Max(1, (int)Math.Round(count * _options.FeatureFraction)) && i < count; i++)
                used[order[i]] = true;
        }
        return used;
    }

    /// <summary>Takes from every task the trees after its best, and drops trees that serve nobody.</summary>
    private void Trim(List<Tree> trees, int[] best)
    {
        if (_problem.Validation.Length == 0)
            Array.Fill(best, trees.Count);
        trees.RemoveRange(best.Max(), trees.Count - best.Max());
        for (int t = 0; t < best.Length; t++)
            for (int m = best[t]; m < trees.Count; m++)
                for (int l = 0; l < trees[m].LeafCounts.Length; l++)
                    trees[m].Leaf(l).Slice(_loss.Offset(t), _problem.Tasks[t].OutputCount).Clear();
    }

    private TrainingProgress Report(int trees, float[] trained, double[] losses, TimeSpan elapsed)
    {
        var progress = new TrainingProgress(trees, trees, Mean(_loss.Evaluate(_problem.Train, trained, _threads)),
            _relative.Total(losses), losses, (float)_options.LearningRate, elapsed.TotalSeconds);
        _run.Progress?.Report(progress);
        return progress;
    }

    /// <summary>Weighted by the tasks; NaN where no task has a loss.</summary>
    private double Mean(double[] losses)
    {
        double sum = 0, weight = 0;
        for (int t = 0; t < losses.Length; t++)
            if (!double.IsNaN(losses[t]))
                (sum, weight) = (sum + _problem.Tasks[t].Weight * losses[t], weight + _problem.Tasks[t].Weight);
        return sum / weight;
    }

    private static float[] Repeated(float[] row, int count)
    {
        var all = new float[checked(row.Length * count)];
        for (int i = 0; i < count; i++)
            row.CopyTo(all, i * row.Length);
        return all;
    }
}
