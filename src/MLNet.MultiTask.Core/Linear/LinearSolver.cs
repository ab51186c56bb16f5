using System.Numerics.Tensors;
using MLNet.MultiTask.Numerics;
using MLNet.MultiTask.Training;
using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask.Linear;

/// <summary>
/// Minimises Σₜ ωₜ Lₜ(W, b) + λ·penalty(W): by L-BFGS where the penalty is smooth, otherwise by proximal gradient steps
/// with momentum (FISTA, Beck and Teboulle 2009), restarted where it points uphill (O'Donoghue and Candès 2015). Lₜ is
/// the task's mean loss, half the squared error or the log-loss; ωₜ its weight divided by the mean weight.
/// </summary>
internal sealed class LinearSolver
{
    private const int PowerSteps = 30;

    // Of a weak penalty the gradient is small long before the weights are right.
    private const double GradientShare = 0.1;

    private readonly TrainingProblem _problem;
    private readonly LinearOptions _options;
    private readonly StandardizedRows _rows;
    private readonly ForestLoss _loss;
    private readonly OutputGradients _gradients;
    private readonly float[] _outputs;
    private readonly double[] _shares;
    private readonly Lazy<double> _step;
    private readonly double _scale;
    private readonly LBfgs _descent;
    private readonly int _threads;
    private readonly CancellationToken _cancellationToken;

    public LinearSolver(
        TrainingProblem problem, LinearOptions options, int threads, CancellationToken cancellationToken)
    {
        (_problem, _options, _threads, _cancellationToken) = (problem, options, threads, cancellationToken);
        _loss = new ForestLoss(problem);
        _rows = new StandardizedRows(problem.Table, problem.Train, threads);
        _gradients = new OutputGradients(problem.Train.Length, Outputs);
        _outputs = new float[problem.Train.Length * Outputs];
        _shares = Shares();
        (Weights, Bias) = (new double[problem.Table.FeatureCount * Outputs], [.. _loss.Start()]);
        _step = new Lazy<double>(() => 1 / Curvature());
        _descent = new LBfgs(Weights.Length + Outputs);
        _scale = TensorPrimitives.Norm<double>(Gradient());
    }

    /// <summary>Number of outputs K.</summary>
    public int Outputs => _loss.Outputs;

    /// <summary>d×K, for standardised features; where the next solution starts from.</summary>
    public double[] Weights { get; private set; }

    /// <summary>Length K.</summary>
    public double[] Bias { get; private set; }

    /// <summary>The gradient at the weights.</summary>
    public double[] Gradient() => Gradient(Weights, Bias, new double[Outputs]);

    /// <summary>Goes to the solution of a strength.</summary>
    /// <returns>Steps made; the most allowed where the tolerance was not reached.</returns>
    public int Solve(double strength) =>
        Penalty.IsSmooth(_options.Penalty) ? Descend(strength) : StepByStep(strength);

    // Squared penalties: quasi-Newton steps, far fewer of them.
    private int Descend(double strength)
    {
        int weights = Weights.Length;
        double[] x = [.. Weights, .. Bias], own = new double[weights], bias = new double[Outputs],
            biasGradient = new double[Outputs];
        Minimum found = _descent.Minimize((at, gradient) =>
        {
            at[..weights].CopyTo(own);
            at[weights..].CopyTo(bias);
            Gradient(own, bias, biasGradient).CopyTo(gradient);
            biasGradient.CopyTo(gradient[weights..]);
            return Loss() + Penalty.AddGradient(_options.Penalty, own, Outputs, strength, gradient);
        }, x, GradientShare * _options.Tolerance * _scale, _options.MaximumIterations, _cancellationToken);
        (Weights, Bias) = (x[..weights], x[weights..]);
        // Losses of single precision may show no way down before the tolerance is reached.
        return found.Converged || found.Iterations == _options.MaximumIterations ? found.Iterations
            : StepByStep(strength);
    }

    /// <summary>Σₜ ωₜ Lₜ at the outputs of the last gradient.</summary>
    private double Loss()
    {
        double total = 0;
        for (int i = 0; i < _problem.Train.Length; i++)
            for (int t = 0; t < _problem.Tasks.Count; t++)
            {
                int column = _problem.TaskIndices[t], first = _loss.Offset(t);
                float weight = _problem.Table.Weight(_problem.Train[i], column);
                if (weight > 0)
                    total += weight * _shares[first] * _loss.CellLoss(t,
                        _problem.Table.Label(_problem.Train[i], column),
                        _outputs.AsSpan(i * Outputs + first, _problem.Tasks[t].OutputCount))
                        * (_problem.Tasks[t].Kind == TaskKind.Regression ? 0.5 : 1);
            }
        return total;
    }

    private int StepByStep(double strength)
    {
        double[] w = Weights, b = Bias, ahead = [.. w], biasAhead = [.. b];
        double momentum = 1, length = _step.Value;
        for (int step = 1; step <= _options.MaximumIterations; step++)
        {
            var biasGradient = new double[Outputs];
            double[] next = Gradient(ahead, biasAhead, biasGradient), nextBias = new double[Outputs];
            for (int i = 0; i < next.Length; i++)
                next[i] = ahead[i] - length * next[i];
            for (int j = 0; j < Outputs; j++)
                nextBias[j] = biasAhead[j] - length * biasGradient[j];
            Penalty.Shrink(_options.Penalty, next, Outputs, length * strength, _cancellationToken);
            double uphill = 0, moved = 0, size = 0;
            for (int i = 0; i < next.Length; i++)
            {
                uphill += (ahead[i] - next[i]) * (next[i] - w[i]);
                moved += (next[i] - w[i]) * (next[i] - w[i]);
                size += next[i] * next[i];
            }
            for (int j = 0; j < Outputs; j++)
            {
                uphill += (biasAhead[j] - nextBias[j]) * (nextBias[j] - b[j]);
                moved += (nextBias[j] - b[j]) * (nextBias[j] - b[j]);
            }
            double further = uphill > 0 ? 1 : (1 + Math.Sqrt(1 + 4 * momentum * momentum)) / 2;
            double speed = uphill > 0 ? 0 : (momentum - 1) / further;
            for (int i = 0; i < next.Length; i++)
                ahead[i] = next[i] + speed * (next[i] - w[i]);
            for (int j = 0; j < Outputs; j++)
                biasAhead[j] = nextBias[j] + speed * (nextBias[j] - b[j]);
            (w, b, momentum) = (next, nextBias, further);
            if (Math.Sqrt(moved) <= _options.Tolerance * Math.Max(1e-3, Math.Sqrt(size)))
            {
                (Weights, Bias) = (w, b);
                return step;
            }
        }
        (Weights, Bias) = (w, b);
        return _options.MaximumIterations;
    }

    /// <summary>The model of the present weights, for features and targets as they are.</summary>
    public (float[] Weights, float[] Bias) ToModel()
    {
        var weights = new float[Weights.Length];
        double[] bias = [.. Bias];
        for (int f = 0; f < _rows.ColumnCount; f++)
            for (int j = 0; j < Outputs; j++)
            {
                double own = Weights[f * Outputs + j] * _rows.Scales[f];
                bias[j] -= own * _rows.Means[f];
                weights[f * Outputs + j] = (float)(own * Scale(j));
            }
        for (int t = 0; t < _problem.Tasks.Count; t++)
            if (_problem.Tasks[t].Kind == TaskKind.Regression)
                bias[_loss.Offset(t)] = bias[_loss.Offset(t)] * _problem.Scales[t] + _problem.Means[t];
        return (weights, [.. bias.Select(v => (float)v)]);
    }

    private double Scale(int output)
    {
        for (int t = 0; t < _problem.Tasks.Count; t++)
            if (_loss.Offset(t) == output && _problem.Tasks[t].Kind == TaskKind.Regression)
                return _problem.Scales[t];
        return 1;
    }

    private double[] Gradient(double[] weights, double[] bias, double[] biasGradient)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        _rows.Multiply(weights, bias, _outputs);
        _loss.Differentiate(_problem.Train, _outputs, _gradients, _threads);
        var residuals = new double[_outputs.Length];
        for (int i = 0; i < residuals.Length; i += Outputs)
            for (int j = 0; j < Outputs; j++)
                residuals[i + j] = _gradients.First[i + j] * _shares[j];
        return _rows.MultiplyTransposed(residuals, biasGradient);
    }

    /// <summary>Per output: the task's weight divided by the sum of its cells' weights.</summary>
    private double[] Shares()
    {
        var shares = new double[Outputs];
        double mean = _problem.Tasks.Average(t => (double)t.Weight);
        for (int t = 0; t < _problem.Tasks.Count; t++)
        {
            double sum = 0;
            foreach (int row in _problem.Train)
                sum += _problem.Table.Weight(row, _problem.TaskIndices[t]);
            shares.AsSpan(_loss.Offset(t), _problem.Tasks[t].OutputCount).Fill(_problem.Tasks[t].Weight / mean / sum);
        }
        return shares;
    }

    /// <summary>
    /// A bound of the loss's second derivative: the largest eigenvalue of XᵀDX with each row's greatest weight of a
    /// cell, by power iteration; and the intercepts', which is D's sum.
    /// </summary>
    private double Curvature()
    {
        var rowWeights = new double[_rows.Rows.Length];
        for (int i = 0; i < rowWeights.Length; i++)
            for (int t = 0; t < _problem.Tasks.Count; t++)
            {
                double bend = _problem.Tasks[t].Kind switch
                {
                    TaskKind.Regression => 1, TaskKind.Binary => 0.25, _ => 0.5,
                };
                rowWeights[i] = Math.Max(rowWeights[i], bend * _shares[_loss.Offset(t)]
                    * _problem.Table.Weight(_rows.Rows[i], _problem.TaskIndices[t]));
            }
        var random = new RandomStream(1, "power iteration");
        double[] v = [.. Enumerable.Range(0, _rows.ColumnCount).Select(_ => random.NextNormal())];
        double largest = 0;
        var product = new float[rowWeights.Length];
        for (int step = 0; step < PowerSteps; step++)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            double norm = TensorPrimitives.Norm<double>(v);
            if (norm == 0)
                break;
            TensorPrimitives.Divide(v, norm, v);
            _rows.Multiply(v, [0], product);
            v = _rows.MultiplyTransposed([.. product.Select((p, i) => p * rowWeights[i])], [0]);
            largest = TensorPrimitives.Norm<double>(v);
        }
        // Power iteration ends a little below.
        return 1.05 * largest + rowWeights.Sum();
    }
}
