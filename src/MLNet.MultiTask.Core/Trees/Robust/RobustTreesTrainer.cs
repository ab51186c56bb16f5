using System.Numerics.Tensors;
using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Trees;

/// <summary>
/// R-MTGB: F(x, t) = common(x) + (1 − σ(θₜ))·inlier(x) + σ(θₜ)·outlier(x) + own_t(x), fitted block after block on the
/// pooled examples of all tasks; the gate σ(θₜ) is learned with the second block's trees. Leaf values are Newton steps.
/// Scalar trees become vector leaves, one coefficient per task, so that scoring knows nothing of blocks or examples.
/// </summary>
internal sealed class RobustTreesTrainer
{
    private const double InitialGate = 0.1;

    private readonly TrainingProblem _problem;
    private readonly RobustTreesOptions _options;
    private readonly LearnerRun _run;
    private readonly ForestLoss _loss;
    private readonly CellExamples _train;
    private readonly CellExamples _validation;
    private readonly BinnedRows _data;
    private readonly OutputGradients _gradients;
    private readonly List<Tree> _trees = [];

    public RobustTreesTrainer(TrainingProblem problem, RobustTreesOptions options, LearnerRun run)
    {
        (_problem, _options, _run) = (problem, options, run);
        _loss = new ForestLoss(problem);
        _train = new CellExamples(problem, _loss, problem.Train);
        _validation = new CellExamples(problem, _loss, problem.Validation);
        _data = BinnedRows.Create(problem.Table, _train.Rows, options.Forest.MaximumBinCount, run.MaxThreads,
            options.Forest.Categories);
        _gradients = new OutputGradients(_train.Rows.Length, _train.Width);
        var random = new RandomStream(run.Seed, "outlier gate");
        Gates = [.. problem.Tasks.Select(_ => InitialGate * random.NextNormal())];
    }

    /// <summary>θₜ of every task.</summary>
    public double[] Gates { get; private set; }

    /// <summary>Trains all blocks.</summary>
    public BoostedForest Train()
    {
        int[] all = [.. Enumerable.Range(0, _train.Rows.Length)];
        Common(all);
        Gated(all);
        for (int t = 0; t < _problem.Tasks.Count; t++)
            Own(t, [.. all.Where(i => _train.Tasks[i] == t)]);
        return new BoostedForest(_problem.Tasks, _problem.Table.FeatureCount, _loss.Start(), _trees, _problem.Means,
            _problem.Scales);
    }

    private void Common(int[] all)
    {
        var grown = new List<Tree>();
        int best = Boost(_options.CommonTrees, () => Mean(_validation.Losses()), () =>
        {
            _train.Differentiate(_gradients);
            Tree? tree = Grow(all, _gradients, grown.Count);
            if (tree is null)
                return false;
            grown.Add(tree);
            Add(tree, _train, 1);
            Add(tree, _validation, 1);
            return true;
        });
        foreach (Tree tree in grown.Skip(best))
        {
            Add(tree, _train, -1);
            Add(tree, _validation, -1);
        }
        _trees.AddRange(grown.Take(best).Select(t => Widened(t, _ => 1)));
    }

    private void Gated(int[] all)
    {
        var inliers = new Branch(_train, _validation);
        var outliers = new Branch(_train, _validation);
        float[] trained = [.. _train.Outputs], validated = [.. _validation.Outputs];
        double[] bestGates = Gates;
        var own = new OutputGradients(_train.Rows.Length, _train.Width);
        int rounds = 0;
        int best = Boost(_options.GatedTrees, () => Mean(_validation.Losses()), () =>
        {
            _train.Differentiate(_gradients);
            double[] slopes = Slopes(inliers, outliers);
            Tree? outlier = Grow(all, Scaled(own, Sigma), rounds), inlier = Grow(all, Scaled(own, t => 1 - Sigma(t)),
                rounds);
            if (outlier is null && inlier is null)
                return false;
            outliers.Add(outlier, Add);
            inliers.Add(inlier, Add);
            Gates = [.. Gates.Zip(slopes, (g, s) => g - _options.Forest.LearningRate * s)];
            Combine(trained, validated, inliers, outliers);
            inliers.Gates.Add(Gates);
            rounds++;
            return true;
        });
        Gates = best > 0 ? inliers.Gates[best - 1] : bestGates;
        inliers.Trim(best, Add);
        outliers.Trim(best, Add);
        Combine(trained, validated, inliers, outliers);
        foreach (Tree tree in inliers.Trees.OfType<Tree>())
            _trees.Add(Widened(tree, t => 1 - Sigma(t)));
        foreach (Tree tree in outliers.Trees.OfType<Tree>())
            _trees.Add(Widened(tree, Sigma));
    }

    private void Own(int task, int[] examples)
    {
        var grown = new List<Tree>();
        int best = Boost(_options.TaskTrees, () => _validation.Losses()[task], () =>
        {
            _train.Differentiate(_gradients);
            Tree? tree = Grow(examples, _gradients, grown.Count);
            if (tree is null)
                return false;
            grown.Add(tree);
            Add(tree, _train, 1, task);
            Add(tree, _validation, 1, task);
            return true;
        });
        _trees.AddRange(grown.Take(best).Select(t => new Tree(t.Nodes, t.Values, _loss.Offset(task), t.OutputCount,
            t.Gains, t.LeafCounts)));
    }

    /// <summary>Adds rounds until the loss no longer falls; the number of the best, all without a loss.</summary>
    private int Boost(int most, Func<double> loss, Func<bool> round)
    {
        double least = loss();
        int best = 0, made = 0;
        while (made < most)
        {
            _run.CancellationToken.ThrowIfCancellationRequested();
            if (!round())
                break;
            made++;
            double now = loss();
            if (double.IsNaN(now) || now < least)
                (least, best) = (now, made);
            else if (made - best >= _options.Forest.EarlyStoppingRound)
                break;
        }
        return best;
    }

    private Tree? Grow(int[] examples, OutputGradients gradients, int number)
    {
        BoostedTreesOptions options = _options.Forest;
        var lanes = new SplitLanes(gradients.Outputs, options.Sketch, options.SketchDimension, _run.Seed,
            _run.MaxThreads);
        var used = new bool[_data.Columns.Length];
        Array.Fill(used, true);
        int[] positions = [.. examples];
        nint filled = lanes.Fill(gradients, positions, [.. Enumerable.Repeat(1.0, gradients.Outputs)], number);
        GrownTree grown = new TreeGrower(_data, lanes.Kernel, ForestTrainer.Constraints(options),
            options.NumberOfLeaves, (float)(2 * options.MinimumSplitGain), _run.MaxThreads)
            .Grow(positions, filled, used, _run.CancellationToken);
        GC.KeepAlive(lanes);
        return grown.Nodes.Length == 0 ? null : LeafValues.Fit(grown, gradients, 0, options.LearningRate,
            options.L2Regularization, _run.MaxThreads);
    }

    /// <summary>dL/dθₜ, as a mean over the task's examples.</summary>
    private double[] Slopes(Branch inliers, Branch outliers)
    {
        double[] slopes = new double[Gates.Length], counts = new double[Gates.Length];
        for (int i = 0; i < _train.Rows.Length; i++)
        {
            int t = _train.Tasks[i];
            counts[t]++;
            for (int k = 0; k < _train.Width; k++)
            {
                int at = i * _train.Width + k;
                slopes[t] += _gradients.First[at] * Sigma(t) * (1 - Sigma(t))
                    * (outliers.Trained[at] - inliers.Trained[at]);
            }
        }
        return [.. slopes.Zip(counts, (s, c) => s / Math.Max(1, c))];
    }

    /// <summary>Derivatives by a branch that counts with a coefficient per task.</summary>
    private OutputGradients Scaled(OutputGradients own, Func<int, double> coefficient)
    {
        for (int i = 0; i < own.First.Length; i++)
        {
            float c = (float)coefficient(_train.Tasks[i / own.Outputs]);
            (own.First[i], own.Second[i]) = (c * _gradients.First[i], c * c * _gradients.Second[i]);
        }
        return own;
    }

    private void Combine(float[] trained, float[] validated, Branch inliers, Branch outliers)
    {
        Mix(_train, trained, inliers.Trained, outliers.Trained);
        Mix(_validation, validated, inliers.Validated, outliers.Validated);
    }

    private void Mix(CellExamples to, float[] start, float[] inliers, float[] outliers)
    {
        for (int i = 0; i < start.Length; i++)
        {
            double gate = Sigma(to.Tasks[i / to.Width]);
            to.Outputs[i] = (float)(start[i] + (1 - gate) * inliers[i] + gate * outliers[i]);
        }
    }

    private void Add(Tree tree, CellExamples to, float sign, int? task = null) => Add(tree, to, to.Outputs, sign, task);

    private void Add(Tree tree, CellExamples to, float[] outputs, float sign, int? task)
    {
        for (int i = 0; i < to.Rows.Length; i++)
            if (task is null || to.Tasks[i] == task)
            {
                Span<float> own = outputs.AsSpan(i * to.Width, to.Width);
                TensorPrimitives.MultiplyAdd(tree.Leaf(tree.LeafOf(_problem.Table.FeatureRow(to.Rows[i]))), sign, own,
                    own);
            }
    }

    private double Sigma(int task) => OutputTransform.Sigmoid((float)Gates[task]);

    private static double Mean(double[] losses) =>
        losses.Where(l => !double.IsNaN(l)).DefaultIfEmpty(double.NaN).Average();

    private Tree Widened(Tree tree, Func<int, double> coefficient)
    {
        int k = tree.OutputCount, tasks = _problem.Tasks.Count;
        var values = new float[tree.LeafCounts.Length * tasks * k];
        for (int l = 0; l < tree.LeafCounts.Length; l++)
            for (int t = 0; t < tasks; t++)
                TensorPrimitives.Multiply(tree.Leaf(l), (float)coefficient(t),
                    values.AsSpan((l * tasks + t) * k, k));
        return new Tree(tree.Nodes, values, 0, tasks * k, tree.Gains, tree.LeafCounts);
    }

    /// <summary>One side of the gate: its trees, and what they give together.</summary>
    private sealed class Branch(CellExamples train, CellExamples validation)
    {
        public List<Tree?> Trees { get; } = [];

        public List<double[]> Gates { get; } = [];

        public float[] Trained { get; } = new float[train.Outputs.Length];

        public float[] Validated { get; } = new float[validation.Outputs.Length];

        public void Add(Tree? tree, Action<Tree, CellExamples, float[], float, int?> add)
        {
            Trees.Add(tree);
            Apply(tree, add, 1);
        }

        public void Trim(int count, Action<Tree, CellExamples, float[], float, int?> add)
        {
            foreach (Tree? tree in Trees.Skip(count))
                Apply(tree, add, -1);
            Trees.RemoveRange(count, Trees.Count - count);
        }

        private void Apply(Tree? tree, Action<Tree, CellExamples, float[], float, int?> add, float sign)
        {
            if (tree is null)
                return;
            add(tree, train, Trained, sign, null);
            add(tree, validation, Validated, sign, null);
        }
    }
}
