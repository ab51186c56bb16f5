using System.Numerics.Tensors;

namespace MLNet.MultiTask.Training;

/// <summary>
/// What all methods on the Gramian share: it is checked, tasks whose gradient is zero are set aside with weight 1, the
/// rest is scaled to mean squared length 1, and the weights found are scaled to the common convention.
/// </summary>
internal abstract class GramianRun : IGradientWeighting
{
    private readonly IReadOnlyList<TaskInfo> _tasks;
    private readonly double[] _gramian, _weights, _losses;
    private readonly int[] _numbers, _places;

    protected GramianRun(WeightingStart start)
    {
        _tasks = start.Tasks;
        int most = start.Tasks.Count;
        _gramian = new double[most * most];
        (_weights, _losses) = (new double[most], new double[most]);
        (_numbers, _places) = (new int[most], new int[most]);
        Lengths = new double[most];
        Seed = start.Seed;
    }

    /// <summary>Names the streams of random numbers, with the step.</summary>
    protected ulong Seed { get; }

    /// <summary>Tasks of the network, in the batch or not.</summary>
    protected int TaskCount => _tasks.Count;

    /// <inheritdoc/>
    public virtual int StateLength => 0;

    /// <summary>√ of the Gramian's diagonal, for <see cref="Solve"/>; all positive.</summary>
    protected double[] Lengths { get; }

    /// <inheritdoc/>
    public virtual bool NeedsGramian(int step) => true;

    /// <inheritdoc/>
    public void Weigh(in WeightingStep step, ReadOnlySpan<double> gramian, Span<double> weights)
    {
        if (gramian.IsEmpty)
        {
            WeighWithout(step, weights);
            WeightScale.ToTaskCount(weights);
            return;
        }
        int all = step.Tasks.Length, n = 0;
        double sum = SumOfSquares(step.Tasks, gramian);
        for (int i = 0; i < all; i++)
            if (gramian[i * all + i] > sum * 1e-24)
                (_places[n], _numbers[n], _losses[n++]) = (i, step.Tasks[i], step.Losses[i]);
        weights.Fill(1);
        if (n < 2)
            return;
        double scale = n / sum;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                _gramian[i * n + j] = scale * gramian[_places[i] * all + _places[j]];
            Lengths[i] = Math.Sqrt(_gramian[i * n + i]);
        }
        Span<double> found = _weights.AsSpan(0, n);
        Solve(new WeightingStep(_numbers.AsSpan(0, n), _losses.AsSpan(0, n), step.Number, step.LearningRate),
            _gramian.AsSpan(0, n * n), scale, found);
        WeightScale.ToTaskCount(found);
        for (int i = 0; i < n; i++)
            weights[_places[i]] = found[i];
    }

    /// <inheritdoc/>
    public virtual void Save(Span<double> state)
    {
    }

    /// <inheritdoc/>
    public virtual void Restore(ReadOnlySpan<double> state)
    {
    }

    /// <summary>Finds the weights of at least two tasks, at any scale.</summary>
    /// <param name="step">The tasks, of which each has a gradient.</param>
    /// <param name="gramian">n × n, of mean diagonal 1.</param>
    /// <param name="scale">What the Gramian was multiplied by.</param>
    /// <param name="weights">n numbers.</param>
    protected abstract void Solve(in WeightingStep step, ReadOnlySpan<double> gramian, double scale,
        Span<double> weights);

    /// <summary>Finds weights in a step for which <see cref="NeedsGramian"/> is false.</summary>
    protected virtual void WeighWithout(in WeightingStep step, Span<double> weights) =>
        throw new InvalidOperationException($"Step {step.Number} needs the Gramian");

    /// <summary>Writes gᵢ·gⱼ / (‖gᵢ‖‖gⱼ‖), n × n.</summary>
    protected void CosinesTo(ReadOnlySpan<double> gramian, Span<double> cosines, int n)
    {
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                cosines[i * n + j] = gramian[i * n + j] / (Lengths[i] * Lengths[j]);
    }

    private double SumOfSquares(ReadOnlySpan<int> tasks, ReadOnlySpan<double> gramian)
    {
        int n = tasks.Length;
        double sum = 0;
        for (int i = 0; i < n; i++)
        {
            if (!double.IsFinite(TensorPrimitives.Sum(gramian.Slice(i * n, n))))
                for (int j = 0; j < n; j++)
                    if (!double.IsFinite(gramian[i * n + j]))
                        throw new ArgumentException($"The inner product of the gradients of tasks " +
                            $"'{_tasks[tasks[i]].Name}' and '{_tasks[tasks[j]].Name}' is {gramian[i * n + j]}; it " +
                            $"must be finite: the losses diverge, a smaller {nameof(TrainingOptions.LearningRate)} " +
                            "is needed", nameof(gramian));
            sum += gramian[i * n + i];
        }
        return sum;
    }
}
