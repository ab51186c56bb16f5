namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>self-positioning(steps=200; rate=0.01; batch=64)</c>: a point θ₀ + s·Σ_k softmax(w)_k·τ_k among the task vectors,
/// found by stochastic gradient steps on labelled rows, as many of every task (Li et al., "Improving general text
/// embedding model: tackling task conflict and data imbalance through model merging", 2024). Direction w and length s
/// begin as the plain mean, w = 0 and s = 1.
/// </summary>
internal sealed class SelfPositioning(MethodSettings settings) : IModelMerging
{
    private readonly int _steps = settings.Integer("steps", 200, 1), _batch = settings.Integer("batch", 64, 1);
    private readonly double _rate = settings.Number("rate", 0.01, 1e-9, 10);

    public MergedModule Merge(MergingProblem problem)
    {
        int tasks = problem.TaskCount;
        var place = new double[tasks + 1];
        place[tasks] = 1;
        float[] Compose()
        {
            double[] shares = Softmax(place.AsSpan(0, tasks));
            return CoefficientDescent.Compose(problem,
                [.. shares.SelectMany(p => Enumerable.Repeat(place[tasks] * p, problem.Blocks.Count))], problem.Initial,
                problem.Vectors);
        }
        new CoefficientDescent(problem) { Steps = _steps, Rate = _rate, Batch = _batch }
            .Run(place, [.. Enumerable.Range(0, tasks)], _ => Compose(), (_, gradient, into) =>
            {
                double[] shares = Softmax(place.AsSpan(0, tasks));
                double[] along = [.. problem.Vectors.Select(v => Dot(gradient, v))];
                double mean = shares.Zip(along, (p, a) => p * a).Sum();
                for (int k = 0; k < tasks; k++)
                    into[k] += place[tasks] * shares[k] * (along[k] - mean);
                into[tasks] += mean;
            });
        return problem.Joint(Compose());
    }

    /// <summary>Shares that sum to 1.</summary>
    public static double[] Softmax(ReadOnlySpan<double> logits)
    {
        double most = double.NegativeInfinity, sum = 0;
        foreach (double x in logits)
            most = Math.Max(most, x);
        var shares = new double[logits.Length];
        for (int i = 0; i < shares.Length; i++)
            sum += shares[i] = Math.Exp(logits[i] - most);
        for (int i = 0; i < shares.Length; i++)
            shares[i] /= sum;
        return shares;
    }

    /// <summary>⟨a, b⟩.</summary>
    public static double Dot(float[] a, float[] b) => System.Numerics.Tensors.TensorPrimitives.Dot<float>(a, b);
}
