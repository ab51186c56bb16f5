using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Tests.Training.Engines;

/// <summary>A second engine, written down from the definitions in double precision with plain loops.</summary>
internal sealed class DoubleEngine : ITrainingEngine
{
    public string Name => "double";

    public ITrainableNetwork Create(TrainingProblem problem, NetworkShape shape, ReadOnlySpan<float> parameters,
        EngineSettings settings, int maxRows)
    {
        if (shape.LayerNorm || settings.Dropout > 0)
            throw new NotSupportedException("The engine 'double' knows neither layer norm nor dropout");
        return new DoubleEngineNetwork(problem, shape, parameters, settings);
    }
}

internal sealed class DoubleEngineNetwork : IMovableNetwork
{
    private readonly TrainingProblem _problem;
    private readonly NetworkShape _shape;
    private readonly EngineSettings _settings;
    private readonly double[] _parameters, _first, _second, _weightSums, _lossSums;
    private int[] _rows = [];
    private double[][][] _values = [];

    public DoubleEngineNetwork(TrainingProblem problem, NetworkShape shape, ReadOnlySpan<float> parameters,
        EngineSettings settings)
    {
        (_problem, _shape, _settings) = (problem, shape, settings);
        _parameters = [.. parameters.ToArray().Select(p => (double)p)];
        (_first, _second) = (new double[parameters.Length], new double[parameters.Length]);
        (_weightSums, _lossSums) = (new double[shape.Tasks.Count], new double[shape.Tasks.Count]);
    }

    public ReadOnlySpan<double> WeightSums => _weightSums;

    public ReadOnlySpan<double> LossSums => _lossSums;

    public void Forward(ReadOnlySpan<int> rows, int step)
    {
        _rows = rows.ToArray();
        _values = [.. _rows.Select(Values)];
        for (int t = 0; t < _weightSums.Length; t++)
            _weightSums[t] = _rows.Sum(row => (double)_problem.Table.Weight(row, _problem.TaskIndices[t]));
    }

    public void ComputeLosses()
    {
        for (int t = 0; t < _lossSums.Length; t++)
            _lossSums[t] = Enumerable.Range(0, _rows.Length).Sum(r => Slope(r, t, out _));
    }

    public void ComputeGramian(ReadOnlySpan<float> factors, ReadOnlySpan<int> tasks, Span<double> gramian)
    {
        var gradients = new List<double[]>();
        foreach (int t in tasks)
        {
            var only = new double[factors.Length];
            only[t] = factors[t];
            gradients.Add(Gradient(only, only)[.._shape.TrunkParameterCount]);
        }
        for (int i = 0; i < tasks.Length; i++)
            for (int j = 0; j < tasks.Length; j++)
                gramian[i * tasks.Length + j] = gradients[i].Zip(gradients[j], (a, b) => a * b).Sum();
    }

    public void ComputeGradient(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, Span<float> gradient)
    {
        ComputeLosses();
        double[] exact = Exact(factors, trunkWeights);
        for (int i = 0; i < exact.Length; i++)
            gradient[i] = (float)exact[i];
    }

    public NetworkShape Shape => _shape;

    public void Import(ReadOnlySpan<float> parameters)
    {
        for (int i = 0; i < parameters.Length; i++)
            _parameters[i] = parameters[i];
    }

    public void Descend(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, int step, float learningRate)
    {
        ComputeLosses();
        Move(Exact(factors, trunkWeights), step, learningRate, _ => true);
    }

    public void Descend(ReadOnlySpan<float> gradient, int step, float learningRate) =>
        Move([.. gradient.ToArray().Select(g => (double)g)], step, learningRate, _ => true);

    public void DescendPart(ReadOnlySpan<float> factors, int step, float learningRate)
    {
        LayerShape head = _shape.Layer(_shape.LayerCount - 1);
        bool[] moves = [.. Enumerable.Repeat(true, _parameters.Length)];
        for (int t = 0; t < factors.Length; t++)
            for (int o = _shape.OutputOffset(t); factors[t] == 0
                && o < _shape.OutputOffset(t) + _shape.Tasks[t].OutputCount; o++)
            {
                moves.AsSpan(head.WeightOffset + o * head.Inputs, head.Inputs).Clear();
                moves[head.BiasOffset + o] = false;
                if (_shape.LinearSkip)
                    moves.AsSpan(SkipOf(o), _shape.FeatureCount).Clear();
            }
        ComputeLosses();
        Move(Exact(factors, default), step, learningRate, i => moves[i]);
    }

    public void Export(Span<float> parameters) => Floats(_parameters).CopyTo(parameters);

    public OptimizerState Save(int step) => new(step, Floats(_parameters), Floats(_first), Floats(_second));

    public void Restore(OptimizerState state)
    {
        for (int i = 0; i < _parameters.Length; i++)
            (_parameters[i], _first[i], _second[i]) =
                (state.Parameters[i], state.FirstMoments[i], state.SecondMoments[i]);
    }

    public void Dispose()
    {
    }

    private void Move(double[] gradient, int step, float learningRate, Func<int, bool> moves)
    {
        double norm = Math.Sqrt(gradient.Sum(g => g * g)), limit = _settings.MaxGradientNorm ?? double.MaxValue;
        double scale = Math.Min(1, limit / (norm + 1e-6));
        for (int i = 0; i < gradient.Length; i++)
        {
            if (!moves(i))
                continue;
            double g = gradient[i] * scale;
            _first[i] = 0.9 * _first[i] + 0.1 * g;
            _second[i] = 0.999 * _second[i] + 0.001 * g * g;
            double m = _first[i] / (1 - Math.Pow(0.9, step)), v = _second[i] / (1 - Math.Pow(0.999, step));
            _parameters[i] -= learningRate * (_settings.WeightDecay * _parameters[i] + m / (Math.Sqrt(v) + 1e-8));
        }
    }

    private static float[] Floats(double[] values) => [.. values.Select(v => (float)v)];

    private double[] Exact(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights)
    {
        double[] head = [.. factors.ToArray().Select(f => (double)f)], trunk = [.. head];
        for (int t = 0; t < trunkWeights.Length; t++)
            trunk[t] *= trunkWeights[t];
        return Gradient(head, trunk);
    }

    private int SkipOf(int output) => _parameters.Length - (_shape.OutputCount - output) * _shape.FeatureCount;

    // What each layer takes in, and the raw outputs.
    private double[][] Values(int row)
    {
        var values = new List<double[]> { _problem.Table.FeatureRow(row).ToArray().Select(x => (double)x).ToArray() };
        for (int l = 0; l < _shape.LayerCount; l++)
        {
            LayerShape layer = _shape.Layer(l);
            var next = new double[layer.Outputs];
            for (int o = 0; o < next.Length; o++)
            {
                next[o] = _parameters[layer.BiasOffset + o];
                for (int i = 0; i < layer.Inputs; i++)
                    next[o] += _parameters[layer.WeightOffset + o * layer.Inputs + i] * values[l][i];
                next[o] = l < _shape.LayerCount - 1 ? Math.Max(0, next[o]) : next[o];
            }
            values.Add(next);
        }
        for (int o = 0; _shape.LinearSkip && o < _shape.OutputCount; o++)
            for (int i = 0; i < _shape.FeatureCount; i++)
                values[^1][o] += _parameters[SkipOf(o) + i] * values[0][i];
        return [.. values];
    }

    private double Slope(int r, int t, out double[] slopes)
    {
        TaskInfo task = _shape.Tasks[t];
        double[] z = _values[r][^1][_shape.OutputOffset(t)..(_shape.OutputOffset(t) + task.OutputCount)];
        slopes = new double[z.Length];
        double w = _problem.Table.Weight(_rows[r], _problem.TaskIndices[t]);
        if (w == 0)
            return 0;
        double y = (_problem.Table.Label(_rows[r], _problem.TaskIndices[t]) - _problem.Means[t]) / _problem.Scales[t];
        if (task.Kind == TaskKind.Multiclass)
        {
            double sum = z.Sum(Math.Exp);
            for (int k = 0; k < z.Length; k++)
                slopes[k] = w * (Math.Exp(z[k]) / sum - (k == (int)y ? 1 : 0));
            return w * (Math.Log(sum) - z[(int)y]);
        }
        slopes[0] = w * (task.Kind == TaskKind.Binary ? 1 / (1 + Math.Exp(-z[0])) - y : 2 * (z[0] - y));
        return w * (task.Kind == TaskKind.Binary ? Math.Log(1 + Math.Exp(z[0])) - y * z[0] : (z[0] - y) * (z[0] - y));
    }

    private double[] Gradient(double[] headFactors, double[] trunkFactors)
    {
        var gradient = new double[_parameters.Length];
        for (int r = 0; r < _rows.Length; r++)
        {
            double[] head = new double[_shape.OutputCount], signal = new double[_shape.OutputCount];
            for (int t = 0; t < _shape.Tasks.Count; t++)
            {
                Slope(r, t, out double[] slopes);
                for (int k = 0; k < slopes.Length; k++)
                    (head[_shape.OutputOffset(t) + k], signal[_shape.OutputOffset(t) + k]) =
                        (slopes[k] * headFactors[t], slopes[k] * trunkFactors[t]);
            }
            for (int o = 0; _shape.LinearSkip && o < head.Length; o++)
                for (int i = 0; i < _shape.FeatureCount; i++)
                    gradient[SkipOf(o) + i] += head[o] * _values[r][0][i];
            for (int l = _shape.LayerCount - 1; l >= 0; l--)
            {
                LayerShape layer = _shape.Layer(l);
                double[] own = l == _shape.LayerCount - 1 ? head : signal, below = new double[layer.Inputs];
                for (int o = 0; o < layer.Outputs; o++)
                {
                    gradient[layer.BiasOffset + o] += own[o];
                    for (int i = 0; i < layer.Inputs; i++)
                    {
                        gradient[layer.WeightOffset + o * layer.Inputs + i] += own[o] * _values[r][l][i];
                        below[i] += _values[r][l][i] > 0
                            ? signal[o] * _parameters[layer.WeightOffset + o * layer.Inputs + i] : 0;
                    }
                }
                signal = below;
            }
        }
        return gradient;
    }
}
