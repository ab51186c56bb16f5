using MLNet.MultiTask.Networks;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>A batch as losses see it.</summary>
/// <param name="Shape">Where the tasks' outputs are.</param>
/// <param name="Outputs">rows×ΣK.</param>
/// <param name="Labels">rows×T; 0 where not observed, standardised for regression.</param>
/// <param name="Weights">rows×T; 0 where not observed.</param>
internal sealed record LossBatch(NetworkShape Shape, Tensor Outputs, Tensor Labels, Tensor Weights)
{
    /// <summary>A task's outputs, rows×K.</summary>
    public Tensor Of(int task) => Outputs.narrow(1, Shape.OutputOffset(task), Shape.Tasks[task].OutputCount);

    /// <summary>Columns of tasks with one output each, rows×k.</summary>
    public Tensor Scores(IReadOnlyList<int> tasks) => cat([.. tasks.Select(Of)], 1);

    /// <summary>Their columns of labels or weights, rows×k.</summary>
    public static Tensor Columns(Tensor values, IReadOnlyList<int> tasks) =>
        stack([.. tasks.Select(t => values.select(1, t))], 1);

    /// <summary>A task's own loss, as without a name for it: Σ w·ℓ, one number.</summary>
    public Tensor OwnLoss(int task) => TaskLosses.Sums(
        [new TaskRun(Shape.Tasks[task].Kind, 0, 0, Shape.Tasks[task].OutputCount)], Of(task),
        Labels.narrow(1, task, 1), Weights.narrow(1, task, 1));
}
