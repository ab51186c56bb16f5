namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>adamerging(scale=0.3; steps=500; rate=0.001; batch=64; layers=yes)</c>: θ^l = θ₀^l + Σ_k λ_k^l·τ_k^l where λ
/// minimises the entropy of predictions on rows without labels, held in [0, 1] (Yang et al., "AdaMerging", ICLR 2024,
/// equations 3 to 5); <c>layers=no</c> has one λ_k a task. A regression task has no entropy: it is merged, and does not
/// take part in the choice.
/// </summary>
internal sealed class AdaMerging(MethodSettings settings) : IModelMerging
{
    private readonly double _scale = settings.Number("scale", 0.3, 0, 1);
    private readonly double _rate = settings.Number("rate", 1e-3, 1e-9, 10);
    private readonly int _steps = settings.Integer("steps", 500, 1), _batch = settings.Integer("batch", 64, 1);
    private readonly bool _layers = settings.Choice("layers", "yes", "no") == "yes";

    public MergedModule Merge(MergingProblem problem)
    {
        int[] tasks = [.. Enumerable.Range(0, problem.TaskCount)
            .Where(t => problem.Modules.Tasks[t].Kind != TaskKind.Regression)];
        if (tasks.Length == 0)
            throw new ArgumentException("Merging 'adamerging' minimises the entropy of predicted classes, and all " +
                "of these " +
                "tasks are regression tasks, which have none; take 'atlas' or 'self-positioning', which use labels");
        int layers = problem.Blocks.Count, each = _layers ? layers : 1;
        var lambda = new double[problem.TaskCount * each];
        Array.Fill(lambda, _scale);
        double[] Spread() => _layers ? lambda : [.. lambda.SelectMany(x => Enumerable.Repeat(x, layers))];
        float[] Compose() => CoefficientDescent.Compose(problem, Spread(), problem.Initial, problem.Vectors);
        new CoefficientDescent(problem)
        {
            Steps = _steps, Rate = _rate, Batch = _batch, Objective = ProbeObjective.Entropy,
        }.Run(lambda, tasks, _ => Compose(), (_, gradient, into) =>
        {
            var full = new double[problem.TaskCount * layers];
            CoefficientDescent.Pull(problem, gradient, problem.Vectors, full);
            for (int i = 0; i < full.Length; i++)
                into[_layers ? i : i / layers] += full[i];
        }, Clamp);
        return problem.Joint(Compose(), tasks.Length == problem.TaskCount ? [] :
            ["Regression tasks have no entropy: they are merged, and took no part in the choice of coefficients"]);
    }

    private static void Clamp(double[] lambda)
    {
        for (int i = 0; i < lambda.Length; i++)
            lambda[i] = Math.Clamp(lambda[i], 0, 1);
    }
}
