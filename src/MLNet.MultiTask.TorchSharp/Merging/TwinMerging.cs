namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>twin(scale=0.3; rank=0.1; steps=200; rate=0.05; batch=64)</c>: what the tasks share is θ* = θ₀ + λ·Σ τ; what is
/// an expert's own, θ_k − θ*, is kept at a low rank, v_k = SVD_r (Lu et al., "Twin-merging", NeurIPS 2024, equations 2
/// to 5). The paper's router guesses from an input which task it is of; here every row has all tasks and the task asked
/// for is known, so that a router is one row of weights a task, θ*+Σ_k softmax(R_t)_k·v_k, learned on labelled rows
/// from nine tenths for the task's own expert.
/// </summary>
internal sealed class TwinMerging(MethodSettings settings) : IModelMerging
{
    private readonly double _scale = settings.Number("scale", 0.3, 0, 10);
    private readonly double _rank = settings.Number("rank", 0.1, 1e-6, 1);
    private readonly double _rate = settings.Number("rate", 0.05, 1e-9, 10);
    private readonly int _steps = settings.Integer("steps", 200, 0), _batch = settings.Integer("batch", 64, 1);

    public MergedModule Merge(MergingProblem problem)
    {
        int tasks = problem.TaskCount;
        float[] common = problem.At(TaskArithmetic.Sum(problem.Vectors), _scale);
        LowRankBlock[] blocks = [.. problem.Blocks.Select(b => new LowRankBlock(b, _rank))];
        float[][] factors = [.. problem.Experts.Select(e => Factors(e, common, blocks))],
            own = [.. factors.Select(f => LowRankTasks.Expand(f, blocks, common.Length))];
        var logits = new double[tasks * tasks];
        for (int t = 0; t < tasks; t++)
            logits[t * tasks + t] = Math.Log(9 * (tasks - 1));
        double[] Routes(int task) => SelfPositioning.Softmax(logits.AsSpan(task * tasks, tasks));
        if (_steps > 0)
            new CoefficientDescent(problem) { Steps = _steps, Rate = _rate, Batch = _batch, IsCommon = false }
                .Run(logits, [.. Enumerable.Range(0, tasks)], t => LowRankTasks.Routed(common, own, Routes(t)),
                    (t, gradient, into) =>
                    {
                        double[] routes = Routes(t), along = [.. own.Select(v => SelfPositioning.Dot(gradient, v))];
                        double mean = routes.Zip(along, (p, a) => p * a).Sum();
                        for (int k = 0; k < tasks; k++)
                            into[t * tasks + k] += routes[k] * (along[k] - mean);
                    });
        return LowRankTasks.State(problem, common, factors,
            [.. Enumerable.Range(0, tasks).SelectMany(t => Routes(t)).Select(p => (float)p)], _rank);
    }

    /// <summary>The expert's part of its own, factored tensor by tensor.</summary>
    public static float[] Factors(float[] expert, float[] common, LowRankBlock[] blocks)
    {
        float[] own = [.. expert.Zip(common, (e, c) => e - c)];
        return [.. blocks.SelectMany(b => b.Factor(own.AsSpan(b.Block.Offset, b.Block.Length).ToArray()))];
    }
}
