using System.Numerics.Tensors;

namespace MLNet.MultiTask.Training;

/// <summary>
/// What the loss of other training rows, after one plain step along the weighted losses of a batch, gains or loses by
/// every task's weight: −η times the slope of that task's loss along the other rows' gradient after the step (Liu et
/// al. 2022, eq. 6; after Liu, Simonyan, Yang 2019).
/// </summary>
internal sealed class LookAhead(TrainingProblem problem, TrainingOptions options)
{
    // Length of the step of finite differences, as in the authors' code.
    private const float Distance = 0.01f;
    private readonly float[] _factors = new float[problem.Tasks.Count];
    private readonly double[] _slopes = new double[problem.Tasks.Count];
    private float[] _here = [], _gradient = [], _moved = [];
    private int[] _rows = [];

    /// <summary>Slopes by the weights; the batch is passed forward again at the end.</summary>
    /// <param name="network">The network, with the batch passed forward.</param>
    /// <param name="rows">The batch.</param>
    /// <param name="factors">Of equal weights.</param>
    /// <param name="step">Tasks, number and step size.</param>
    /// <param name="weights">The weights that the slopes are at.</param>
    public ReadOnlySpan<double> Slopes(ITrainableNetwork network, ReadOnlySpan<int> rows, ReadOnlySpan<float> factors,
        in WeightingStep step, ReadOnlySpan<double> weights)
    {
        var movable = (IMovableNetwork)network;
        Reserve(movable, rows.Length);
        Span<double> slopes = _slopes.AsSpan(0, step.Tasks.Length);
        movable.Export(_here);
        Array.Clear(_factors);
        for (int i = 0; i < weights.Length; i++)
            _factors[step.Tasks[i]] = factors[step.Tasks[i]] * (float)weights[i];
        movable.Forward(rows, step.Number);
        movable.ComputeGradient(_factors, default, _gradient);
        for (int p = 0; p < _here.Length; p++)
            _moved[p] = _here[p] - step.LearningRate * (_gradient[p] + options.WeightDecay * _here[p]);
        movable.Import(_moved);
        Span<int> others = _rows.AsSpan(0, rows.Length);
        var random = new RandomStream(options.Seed, "auto-lambda rows", step.Number);
        foreach (ref int row in others)
            row = problem.Train[random.NextInt32(problem.Train.Length)];
        movable.Forward(others, 0);
        double present = MultiTaskLoss.PresentTaskWeight(problem.Tasks, movable.WeightSums);
        for (int t = 0; t < _factors.Length; t++)
            _factors[t] = movable.WeightSums[t] > 0 && present > 0
                ? (float)(problem.Tasks[t].Weight / (movable.WeightSums[t] * present)) : 0;
        movable.ComputeGradient(_factors, default, _gradient);
        float length = TensorPrimitives.Norm<float>(_gradient), epsilon = length > 0 ? Distance / length : 0;
        slopes.Clear();
        if (epsilon > 0)
        {
            AddLosses(movable, rows, factors, step, epsilon, slopes);
            AddLosses(movable, rows, factors, step, -epsilon, slopes);
            TensorPrimitives.Multiply(slopes, -step.LearningRate / (2 * epsilon), slopes);
        }
        movable.Import(_here);
        movable.Forward(rows, step.Number);
        movable.ComputeLosses();
        return slopes;
    }

    private void AddLosses(IMovableNetwork network, ReadOnlySpan<int> rows, ReadOnlySpan<float> factors,
        in WeightingStep step, float epsilon, Span<double> sums)
    {
        TensorPrimitives.MultiplyAdd(_gradient, epsilon, _here, _moved);
        network.Import(_moved);
        network.Forward(rows, step.Number);
        network.ComputeLosses();
        for (int i = 0; i < sums.Length; i++)
            sums[i] += Math.Sign(epsilon) * factors[step.Tasks[i]] * network.LossSums[step.Tasks[i]];
    }

    private void Reserve(IMovableNetwork network, int rows)
    {
        if (_rows.Length < rows)
            _rows = new int[rows];
        if (_here.Length == 0)
            (_here, _gradient, _moved) = (new float[network.Shape.ParameterCount],
                new float[network.Shape.ParameterCount], new float[network.Shape.ParameterCount]);
    }
}
