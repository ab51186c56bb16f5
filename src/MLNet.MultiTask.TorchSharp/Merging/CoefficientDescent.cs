using System.Numerics.Tensors;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// Learns coefficients of task vectors by Adam, β = (0.9, 0.999): θ = θ₀ + Σ_k Σ_l c_kl·τ_k^l over experts k and
/// tensors l. A step sees a batch of every task.
/// </summary>
internal sealed class CoefficientDescent(MergingProblem problem)
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    /// <summary>Number of steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Step size.</summary>
    public required double Rate { get; init; }

    /// <summary>Rows of a task in a step, at most.</summary>
    public required int Batch { get; init; }

    /// <summary>Whether every task sees the same θ, which is then made once a step.</summary>
    public bool IsCommon { get; init; } = true;

    /// <summary>What is descended.</summary>
    public ProbeObjective Objective { get; init; }

    /// <summary>θ of coefficients T×L, row-major.</summary>
    public static float[] Compose(MergingProblem problem, ReadOnlySpan<double> coefficients, float[] start,
        IReadOnlyList<float[]> vectors)
    {
        float[] shared = [.. start];
        int at = 0;
        foreach (float[] vector in vectors)
            foreach (MergingBlock block in problem.Blocks)
            {
                Span<float> to = shared.AsSpan(block.Offset, block.Length);
                TensorPrimitives.MultiplyAdd(vector.AsSpan(block.Offset, block.Length), (float)coefficients[at++],
                    to, to);
            }
        return shared;
    }

    /// <summary>Per vector and tensor ⟨g, τ⟩: the gradient by the coefficients.</summary>
    public static void Pull(MergingProblem problem, ReadOnlySpan<float> gradient, IReadOnlyList<float[]> vectors,
        Span<double> into)
    {
        int at = 0;
        foreach (float[] vector in vectors)
            foreach (MergingBlock block in problem.Blocks)
                into[at++] += TensorPrimitives.Dot(gradient.Slice(block.Offset, block.Length),
                    vector.AsSpan(block.Offset, block.Length));
    }

    /// <summary>Descends the mean over some tasks of the objective.</summary>
    /// <param name="parameters">Where to begin; overwritten.</param>
    /// <param name="tasks">The tasks that count.</param>
    /// <param name="compose">θ that a task sees, of the parameters.</param>
    /// <param name="pull">Adds the gradient by the parameters of a task's gradient by θ.</param>
    /// <param name="project">Brings the parameters back to where they may be; null = everywhere.</param>
    public void Run(double[] parameters, IReadOnlyList<int> tasks, Func<int, float[]> compose,
        Action<int, float[], double[]> pull, Action<double[]>? project = null)
    {
        double[] first = new double[parameters.Length], second = new double[parameters.Length];
        var gradient = new float[problem.Initial.Length];
        for (int step = 1; step <= Steps; step++)
        {
            problem.CancellationToken.ThrowIfCancellationRequested();
            var pulled = new double[parameters.Length];
            float[]? common = IsCommon ? compose(tasks[0]) : null;
            foreach (int t in tasks)
            {
                problem.Probe.Evaluate(common ?? compose(t), t, Rows(t, step), Objective, gradient);
                pull(t, gradient, pulled);
            }
            for (int i = 0; i < parameters.Length; i++)
            {
                double g = pulled[i] / tasks.Count;
                first[i] = Beta1 * first[i] + (1 - Beta1) * g;
                second[i] = Beta2 * second[i] + (1 - Beta2) * g * g;
                parameters[i] -= Rate * first[i] / (1 - Math.Pow(Beta1, step))
                    / (Math.Sqrt(second[i] / (1 - Math.Pow(Beta2, step))) + Epsilon);
            }
            project?.Invoke(parameters);
        }
    }

    private int[] Rows(int task, int step)
    {
        int[] all = Objective == ProbeObjective.Entropy ? problem.Data.Unlabelled : problem.Data.Labelled(task);
        if (all.Length <= Batch)
            return all;
        var stream = new RandomStream(problem.Seed, $"merging/{task}", step);
        return [.. Enumerable.Range(0, Batch).Select(_ => all[stream.NextInt32(all.Length)])];
    }
}
