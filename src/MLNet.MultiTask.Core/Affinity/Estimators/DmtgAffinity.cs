using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Affinity;

/// <summary>
/// DMTG (Gao et al., ICML 2024): K trunks, each with a head for every task, are trained at once with the tasks' choice
/// among them, a categorical distribution per task relaxed by the Gumbel softmax at a falling temperature. T[i, j] is
/// the probability that tasks i and j choose the same trunk; <see cref="Group"/> gives the groups themselves.
/// </summary>
/// <remarks>
/// A task's loss is Σ share·loss over the trunks, so that both a trunk and a head learn from a task by its share there;
/// the paper prunes heads as the shares grow sharp, here they are weighed down. The networks are not kept: groups are
/// trained afresh by whoever uses them.
/// </remarks>
/// <param name="options">How trunks are trained and chosen.</param>
public sealed class DmtgAffinity(DmtgOptions options) : ITaskAffinityEstimator
{
    private readonly DmtgOptions _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public string Name => "DMTG";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A task cannot be learned from the training rows (it is named).</exception>
    /// <exception cref="TrainingDivergedException">A task's loss became infinite or NaN.</exception>
    public TaskAffinity Estimate(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        int tasks = table.Tasks.Count, trunks = _options.Trunks;
        double[] probabilities = Probabilities(table, split, cancellationToken), same = new double[tasks * tasks];
        for (int i = 0; i < tasks; i++)
            for (int j = 0; j < tasks; j++)
                for (int k = 0; k < trunks; k++)
                    same[i * tasks + j] += probabilities[i * trunks + k] * probabilities[j * trunks + k];
        return new TaskAffinity([.. table.Tasks.Select(t => t.Name)], same, Name)
        {
            Diagnostics = new Dictionary<string, double>
            {
                ["leastCertainChoice"] = Enumerable.Range(0, tasks).Min(t =>
                    probabilities.AsSpan(t * trunks, trunks).ToArray().Max()),
            },
        };
    }

    /// <summary>The groups that the tasks choose: each its most probable trunk.</summary>
    /// <inheritdoc cref="Estimate"/>
    /// <param name="table">All tasks' data.</param>
    /// <param name="split">Rows to fit on and rows to measure on; only the first are looked at.</param>
    /// <param name="cancellationToken">Looked at every batch.</param>
    public TaskGrouping Group(TaskTable table, RowSplit split, CancellationToken cancellationToken = default)
    {
        int trunks = _options.Trunks;
        double[] probabilities = Probabilities(table, split, cancellationToken);
        int[] chosen = [.. Enumerable.Range(0, table.Tasks.Count).Select(t =>
            System.Numerics.Tensors.TensorPrimitives.IndexOfMax<double>(probabilities.AsSpan(t * trunks, trunks)))];
        return TaskGrouping.FromAssignment(chosen);
    }

    private double[] Probabilities(TaskTable table, RowSplit split, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(split);
        _options.Validate();
        var problem = new TrainingProblem(table, split, [.. Enumerable.Range(0, table.Tasks.Count)]);
        TrainingOptions training = _options.RunTraining(0, _options.Threads);
        var shape = new NetworkShape(table.FeatureCount, training.Hidden, problem.Tasks, training.LayerNorm,
            training.LinearSkip);
        int batch = training.BatchSizeFor(problem.Train.Length);
        var networks = new List<ITrainableNetwork>();
        try
        {
            for (int k = 0; k < _options.Trunks; k++)
            {
                TrainingOptions own = _options.RunTraining(k, _options.Threads);
                networks.Add(own.Engine.Create(problem, shape,
                    SharedBottomNetwork.Initialize(shape, own.Seed).Parameters, own.EngineSettings(), batch));
            }
            return Train(problem, training, networks, batch, cancellationToken);
        }
        finally
        {
            networks.ForEach(n => n.Dispose());
        }
    }

    private double[] Train(TrainingProblem problem, TrainingOptions training, List<ITrainableNetwork> networks,
        int batch, CancellationToken cancellationToken)
    {
        int tasks = problem.Tasks.Count, trunks = networks.Count, at = problem.Train.Length, epoch = 0;
        var choice = new TrunkChoice(problem.Tasks, trunks, training.Seed);
        var losses = new double[tasks * trunks];
        var factors = new float[tasks];
        int[] order = [.. problem.Train];
        for (int step = 1; step <= _options.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (at >= order.Length)
            {
                problem.Train.CopyTo(order, 0);
                new RandomStream(training.Seed, "shuffle", ++epoch).Shuffle<int>(order);
                at = 0;
            }
            Span<int> rows = order.AsSpan(at, Math.Min(batch, order.Length - at));
            at += rows.Length;
            double progress = _options.Steps == 1 ? 1 : (step - 1.0) / (_options.Steps - 1);
            double temperature = _options.FirstTemperature
                * Math.Pow(_options.LastTemperature / _options.FirstTemperature, progress);
            float rate = LearningRates.At(training.Schedule, training.LearningRate, step, _options.Steps);
            choice.Draw(step, temperature);
            for (int k = 0; k < trunks; k++)
            {
                networks[k].Forward(rows, step);
                ReadOnlySpan<double> weights = networks[k].WeightSums;
                double present = MultiTaskLoss.PresentTaskWeight(problem.Tasks, weights);
                for (int t = 0; t < tasks; t++)
                    factors[t] = weights[t] > 0 && present > 0 ? (float)(problem.Tasks[t].Weight * choice.Shares[
                        t * trunks + k] / (weights[t] * present)) : 0;
                networks[k].Descend(factors, default, step, rate);
                for (int t = 0; t < tasks; t++)
                    losses[t * trunks + k] = weights[t] > 0 ? networks[k].LossSums[t] / weights[t] : double.NaN;
            }
            // A task without a label in the batch does not choose.
            for (int t = 0; t < tasks; t++)
                if (networks[0].WeightSums[t] > 0)
                {
                    if (!double.IsFinite(losses.AsSpan(t * trunks, trunks).ToArray().Sum()))
                        throw new TrainingDivergedException(problem.Tasks[t].Name, epoch, step, rate,
                            isUpdated: step > 1);
                    choice.Learn(t, losses.AsSpan(t * trunks, trunks), temperature, _options.ChoiceStepSize);
                }
        }
        return choice.Probabilities();
    }
}
