using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>z-loss(a=1; b=1)</c> for many classes: softplus(a·(b − z_y)) / a of the standardised output z = (o − μ)/σ over
/// the classes; it does not see shift and scale of the outputs (de Brébisson, Vincent, "The Z-loss: a shift and scale
/// invariant classification loss belonging to the spherical family", 2016, equation 4). The best class is the best; the
/// softmax of the outputs is no calibrated probability.
/// </summary>
internal sealed class ZLoss(MethodSettings settings) : ITaskLoss
{
    private const double LeastVariance = 1e-12;
    private readonly double _a = settings.Number("a", 1, 1e-6, 1e6), _b = settings.Number("b", 1, -1e6, 1e6);

    public string? Refusal(TaskInfo task) => task.OutputCount >= 3 ? null
        : $"loss 'z-loss' is for multi-class tasks of at least 3 classes, and '{task.Name}' is of kind {task.Kind}" +
            (task.OutputCount == 2 ? " with 2" : "");

    public string? Absence(IReadOnlyList<TaskInfo> group, IReadOnlyList<int> tasks) => null;

    public Tensor Sums(LossBatch batch, IReadOnlyList<int> tasks) => stack([.. tasks.Select(t => Losses(batch.Of(t),
        batch.Labels.select(1, t)).mul(batch.Weights.select(1, t)).sum())]);

    /// <summary>One loss a row.</summary>
    /// <param name="outputs">rows×K.</param>
    /// <param name="classes">rows numbers of classes.</param>
    public Tensor Losses(Tensor outputs, Tensor classes)
    {
        Tensor centred = outputs - outputs.mean([1L], keepdim: true);
        Tensor z = centred / (centred.square().mean([1L], keepdim: true) + LeastVariance).sqrt();
        Tensor own = z.gather(1, classes.to(int64).unsqueeze(1)).squeeze(1);
        return TorchSharp.torch.nn.functional.softplus((_b - own) * _a) / _a;
    }
}
