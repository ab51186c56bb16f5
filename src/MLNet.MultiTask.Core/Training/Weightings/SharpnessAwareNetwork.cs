using System.Numerics.Tensors;
using MLNet.MultiTask.Networks;

namespace MLNet.MultiTask.Training;

/// <summary>Makes the steps of <see cref="SharpnessAwareWeighting"/>.</summary>
internal sealed class SharpnessAwareNetwork : SteppedNetwork
{
    private readonly SharpnessAwareWeighting _method;
    private readonly NetworkShape _shape;
    private readonly IGradientWeighting? _flatRun;
    private readonly int _trunk;
    private readonly float[] _here, _moved, _gradient, _losses, _flats, _heads, _known, _only;
    private readonly double[] _gramian, _weights, _taskLosses;
    private readonly int[] _present;
    private bool _isKnown;

    public SharpnessAwareNetwork(IMovableNetwork inner, SharpnessAwareWeighting method, WeightingStart start)
        : base(inner)
    {
        NetworkShape shape = inner.Shape;
        (_method, _shape, _trunk) = (method, shape, shape.TrunkParameterCount);
        int tasks = start.Tasks.Count;
        // The flat parts have a run of their own: what a method tracks of one says nothing about the other.
        _flatRun = method.Around.Start(start) as IGradientWeighting;
        (_here, _moved, _gradient) = (new float[shape.ParameterCount], new float[shape.ParameterCount],
            new float[shape.ParameterCount]);
        (_losses, _flats) = (new float[checked(tasks * _trunk)], new float[tasks * _trunk]);
        _heads = new float[shape.ParameterCount - _trunk];
        (_known, _only, _present) = (new float[tasks], new float[tasks], new int[tasks]);
        (_gramian, _weights, _taskLosses) = (new double[tasks * tasks], new double[tasks], new double[tasks]);
    }

    public override int StateLength => _flatRun?.StateLength ?? 0;

    public override void RestoreOwn(ReadOnlySpan<double> state) => _flatRun?.Restore(state);

    public override void ComputeGramian(ReadOnlySpan<float> factors, ReadOnlySpan<int> tasks, Span<double> gramian)
    {
        Compute(factors);
        Products(_losses, tasks, 1, factors, gramian);
    }

    public override void ComputeGradient(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights,
        Span<float> gradient)
    {
        Direction(factors, trunkWeights, Math.Max(1, Step), 0);
        _gradient.CopyTo(gradient);
    }

    public override void Descend(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, int step,
        float learningRate)
    {
        Direction(factors, trunkWeights, step, learningRate);
        Inner.Descend(_gradient, step, learningRate);
    }

    protected override void SaveTo(Span<double> state) => _flatRun?.Save(state);

    protected override void Begin() => _isKnown = false;

    // Every task's gradient here, what it gains on the way to where it is steepest, and its head's gradient there.
    private void Compute(ReadOnlySpan<float> factors)
    {
        ComputeLosses();
        Inner.Export(_here);
        for (int t = 0; t < factors.Length; t++)
        {
            if (factors[t] == 0)
                continue;
            Gradient(t, factors[t]);
            Span<float> own = Part(_losses, t), flat = Part(_flats, t);
            _gradient.AsSpan(0, _trunk).CopyTo(own);
            _here.CopyTo(_moved, 0);
            Move(_gradient.AsSpan(0, _trunk), (float)_method.Rho, _moved.AsSpan(0, _trunk));
            Move(_gradient.AsSpan(_trunk), (float)_method.HeadRho, _moved.AsSpan(_trunk));
            Inner.Import(_moved);
            Gradient(t, factors[t]);
            TensorPrimitives.Subtract<float>(_gradient.AsSpan(0, _trunk), own, flat);
            CopyHead(t, _gradient.AsSpan(_trunk), _heads, 1);
            Inner.Import(_here);
        }
        factors.CopyTo(_known);
        _isKnown = true;
    }

    private void Direction(ReadOnlySpan<float> factors, ReadOnlySpan<float> trunkWeights, int step, float learningRate)
    {
        // The Gramian was of the same gradients at another scale.
        if (!_isKnown)
            Compute(factors);
        int present = 0;
        for (int t = 0; t < factors.Length; t++)
            if (factors[t] != 0)
                (_present[present], _taskLosses[present++]) = (t, LossSums[t] / WeightSums[t]);
        Span<double> flatWeights = _weights.AsSpan(0, present);
        flatWeights.Fill(1);
        if (_flatRun is not null && present > 0)
        {
            Span<double> gramian = _flatRun.NeedsGramian(step) ? _gramian.AsSpan(0, present * present) : [];
            if (gramian.Length > 0)
                Products(_flats, _present.AsSpan(0, present), present, factors, gramian);
            _flatRun.Weigh(new WeightingStep(_present.AsSpan(0, present), _taskLosses.AsSpan(0, present), step,
                learningRate), gramian, flatWeights);
        }
        Array.Clear(_gradient);
        Span<float> trunk = _gradient.AsSpan(0, _trunk);
        for (int i = 0; i < present; i++)
        {
            int t = _present[i];
            float ratio = factors[t] / _known[t], weight = trunkWeights.IsEmpty ? 1 : trunkWeights[t];
            TensorPrimitives.MultiplyAdd(Part(_losses, t), ratio * weight, trunk, trunk);
            TensorPrimitives.MultiplyAdd(Part(_flats, t), ratio * (float)flatWeights[i], trunk, trunk);
            CopyHead(t, _heads, _gradient.AsSpan(_trunk), ratio);
        }
    }

    private void Gradient(int task, float factor)
    {
        Array.Clear(_only);
        _only[task] = factor;
        ForwardAgain();
        Inner.ComputeGradient(_only, default, _gradient);
    }

    private static void Move(ReadOnlySpan<float> gradient, float distance, Span<float> parameters)
    {
        float length = TensorPrimitives.Norm(gradient);
        if (length > 0)
            TensorPrimitives.MultiplyAdd(gradient, distance / length, parameters, parameters);
    }

    private void Products(float[] parts, ReadOnlySpan<int> tasks, double scale, ReadOnlySpan<float> factors,
        Span<double> gramian)
    {
        for (int i = 0; i < tasks.Length; i++)
            for (int j = i; j < tasks.Length; j++)
                gramian[i * tasks.Length + j] = gramian[j * tasks.Length + i] = scale * scale
                    * factors[tasks[i]] / _known[tasks[i]] * factors[tasks[j]] / _known[tasks[j]]
                    * TensorPrimitives.Dot<float>(Part(parts, tasks[i]), Part(parts, tasks[j]));
    }

    private Span<float> Part(float[] parts, int task) => parts.AsSpan(task * _trunk, _trunk);

    private void CopyHead(int task, ReadOnlySpan<float> from, Span<float> to, float factor)
    {
        (Range weights, Range biases, Range skip) = _shape.HeadOf(task);
        Copy(weights, from, to, factor);
        Copy(biases, from, to, factor);
        if (_shape.LinearSkip)
            Copy(skip, from, to, factor);
    }

    // Both lack the trunk.
    private void Copy(Range range, ReadOnlySpan<float> from, Span<float> to, float factor)
    {
        range = (range.Start.Value - _trunk)..(range.End.Value - _trunk);
        TensorPrimitives.Multiply(from[range], factor, to[range]);
    }
}
